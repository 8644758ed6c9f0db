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
double sigmoid(double a) { return 1 / (1 + std::exp(-a)); }

constexpr std::array<MapOperator, 18> map_table = {{
    {"add", "+", 2, add},
    {"sub", "-", 2, [](double a, double b) { return a - b; }},
    {"mul", "*", 2, [](double a, double b) { return a * b; }},
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
}};

constexpr std::array<ReduceOperator, 4> reduce_table = {{
    {"sum", "add", 0, add},
    {"max", "max", -infinity, larger},
    {"min", "min", infinity, smaller},
    {"any", "or", 0, either},
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

const MapOperator* find_map_operator(const std::string& name) { return find(map_table, name); }

const ReduceOperator* find_reduce_operator(const std::string& name) {
  return find(reduce_table, name);
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
  return names;
}

}  // namespace attnsim::einsum
