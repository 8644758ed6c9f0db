#include "einsum/operators.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace attnsim::einsum {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double add(double a, double b) { return a + b; }
double larger(double a, double b) { return std::max(a, b); }
double smaller(double a, double b) { return std::min(a, b); }
double either(double a, double b) { return a != 0 || b != 0 ? 1 : 0; }
double both(double a, double b) { return a != 0 && b != 0 ? 1 : 0; }
double times(double a, double b) { return a * b; }
double sign_of(double a) { return a > 0 ? 1 : a < 0 ? -1 : 0; }
double sigmoid(double a) { return 1 / (1 + std::exp(-a)); }

constexpr std::array<MapOperator, 27> map_table = {{
    {"add", "+", 2, add},
    {"sub", "-", 2, [](double a, double b) { return a - b; }},
    {"mul", "*", 2, times},
    {"div", "/", 2, [](double a, double b) { return a / b; }},
    {"neg", "-", 1, [](double a, double) { return -a; }},
    {"max", "", 2, larger},
    {"min", "", 2, smaller},
    {"exp", "", 1, [](double a, double) { return std::exp(a); }},
    {"exp2", "", 1, [](double a, double) { return std::exp2(a); }},
    {"log", "", 1, [](double a, double) { return std::log(a); }},
    {"log2", "", 1, [](double a, double) { return std::log2(a); }},
    {"sqrt", "", 1, [](double a, double) { return std::sqrt(a); }},
    {"rsqrt", "", 1, [](double a, double) { return 1 / std::sqrt(a); }},
    {"abs", "", 1, [](double a, double) { return std::fabs(a); }},
    {"sigmoid", "", 1, [](double a, double) { return sigmoid(a); }},
    {"tanh", "", 1, [](double a, double) { return std::tanh(a); }},
    {"relu", "", 1, [](double a, double) { return std::max(a, 0.0); }},
    {"silu", "", 1, [](double a, double) { return a * sigmoid(a); }},
    {"erf", "", 1, [](double a, double) { return std::erf(a); }},
    {"sin", "", 1, [](double a, double) { return std::sin(a); }},
    {"cos", "", 1, [](double a, double) { return std::cos(a); }},
    {"floor", "", 1, [](double a, double) { return std::floor(a); }},
    {"ceil", "", 1, [](double a, double) { return std::ceil(a); }},
    {"round", "", 1, [](double a, double) { return std::nearbyint(a); }},  // ties to even
    {"sign", "", 1, [](double a, double) { return sign_of(a); }},
    {"pow", "", 2, [](double a, double b) { return std::pow(a, b); }},
    {"mod", "", 2, [](double a, double b) { return a - b * std::floor(a / b); }},
}};

constexpr std::array<ReduceOperator, 6> reduce_table = {{
    {"sum", "add", 0, add},
    {"max", "max", -infinity, larger},
    {"min", "min", infinity, smaller},
    {"any", "or", 0, either},
    {"prod", "mul", 1, times},
    {"all", "and", 1, both},
}};

constexpr std::array<SelectOperator, 4> select_table = {{
    {"topk", true, true},
    {"bottomk", true, false},
    {"argmax", false, true},
    {"argmin", false, false},
}};

template <class Table>
auto find(const Table& table, const std::string& name) -> decltype(table.data()) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return name == row.name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::span<const MapOperator> map_operators() { return map_table; }
std::span<const ReduceOperator> reduce_operators() { return reduce_table; }
std::span<const SelectOperator> select_operators() { return select_table; }

const MapOperator* find_map_operator(const std::string& name) { return find(map_table, name); }

const ReduceOperator* find_reduce_operator(const std::string& name) {
  return find(reduce_table, name);
}

const SelectOperator* find_select_operator(const std::string& name) {
  return find(select_table, name);
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& row : map_table) {
    if (*row.infix == '\0') names.emplace_back(row.name);
  }
  return names;
}

std::vector<std::string> reduction_names() {
  std::vector<std::string> names;
  for (const auto& row : reduce_table) names.emplace_back(row.name);
  for (const auto& row : select_table) names.emplace_back(row.name);
  return names;
}

}  // namespace attnsim::einsum
