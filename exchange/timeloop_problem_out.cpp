#include <algorithm>
#include <set>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/printer.h"
#include "exchange/timeloop_writing.h"

namespace attnsim::exchange {
namespace {

class Writer {
 public:
  Writer(const einsum::Cascade& cascade, const einsum::Einsum& einsum, const Shapes& shapes,
         Losses& losses)
      : cascade_(cascade), einsum_(einsum), shapes_(shapes), losses_(losses) {}

  std::optional<Yaml> run(const std::string& name) {
    tell_operators();
    add_spaces();
    if (!expressible_) return std::nullopt;
    Yaml shape;
    shape.add("name", yaml_scalar(name));
    shape.add("dimensions", yaml_list(dimensions()));
    if (!coefficients_.empty()) shape.add("coefficients", coefficient_list());
    shape.add("data_spaces", spaces_);
    Yaml instance;
    for (const auto& rank : dimensions()) instance.add(rank, yaml_scalar(shape_text(rank)));
    Yaml problem;
    problem.add("version", yaml_scalar("0.4"));
    problem.add("shape", shape);
    problem.add("instance", instance);
    return problem;
  }

 private:
  void lose(const Place& place, const std::string& what) { losses_.push_back({place, what}); }

  /// One point of the iteration space is one mac there, whatever is computed.
  void tell_operators() {
    std::string others;
    for (const auto& [op, count] : einsum::count_ops(einsum_.value)) {
      if (op != "mul" && op != "add") others += (others.empty() ? "" : ", ") + op;
    }
    if (!others.empty()) {
      lose(einsum_.place, "what " + einsum_.name() + " computes (" + others +
                              "): Timeloop counts one mac a point");
    }
    if (einsum_.where) lose(einsum_.place, "the condition of " + einsum_.name());
  }

  std::vector<std::string> dimensions() const {
    std::vector<std::string> ranks;
    for (const auto& variable : einsum::iteration_variables(einsum_)) {
      const auto* const rank = cascade_.find_rank_of_variable(variable);
      if (std::find(ranks.begin(), ranks.end(), rank->name) == ranks.end()) {
        ranks.push_back(rank->name);
      }
    }
    return ranks;
  }

  std::string shape_text(const std::string& rank) const {
    const auto found = shapes_.find(rank);
    if (found != shapes_.end()) return std::to_string(found->second);
    throw InputError(einsum_.place, "rank " + rank +
                                        " has no shape, which a problem of Timeloop "
                                        "needs: give it with --shape " +
                                        rank +
                                        "=..., or by --model and "
                                        "--seq");
  }

  void add_spaces() {
    std::vector<einsum::Access> written;
    for (const auto& access : einsum::reads(einsum_)) {
      const bool there = std::any_of(written.begin(), written.end(), [&](const auto& other) {
        return einsum::to_text(other) == einsum::to_text(access);
      });
      if (there) continue;
      add_space(access, false);
      written.push_back(access);
    }
    add_space(einsum_.output, true);
  }

  void add_space(const einsum::Access& access, bool output) {
    auto name = access.tensor;
    for (int i = 2; !names_.insert(name).second; ++i) {
      name = access.tensor + "_" + std::to_string(i);
    }
    if (name != access.tensor) {
      lose(access.place,
           "that " + einsum::to_text(access) + " is the same tensor: it is '" + name + "' there");
    }
    Yaml projection;
    projection.kind = Yaml::Kind::sequence;
    projection.flow = true;
    for (const auto& index : access.indices) {
      auto sum = sum_of(index, access);
      if (!sum.items.empty()) projection.append(sum);
    }
    Yaml space;
    space.add("name", yaml_scalar(name));
    space.add("projection", projection);
    if (output) space.add("read_write", yaml_scalar("true"));
    spaces_.append(space);
  }

  Yaml sum_of(const einsum::Index& index, const einsum::Access& access) {
    Yaml sum;
    sum.kind = Yaml::Kind::sequence;
    sum.flow = true;
    for (const auto& term : index.terms) {
      if (term.factor == 0) continue;
      const bool plain = term.part.empty() && term.factor == 1;
      if (plain && !term.variable.empty()) {
        sum.append(product_of(term));
      } else if (term.part.empty() && term.variable.empty()) {
        lose(access.place, "the constant in " + einsum::to_text(access));
      } else {
        lose(access.place, "the whole Einsum " + einsum_.name() + ": a projection cannot say " +
                               einsum::to_text(access));
        expressible_ = false;
      }
    }
    return sum;
  }

  Yaml product_of(const einsum::Term& term) {
    std::vector<std::string> factors{cascade_.find_rank_of_variable(term.variable)->name};
    if (!term.rank.empty()) {
      factors.push_back(term.rank);
      coefficients_.insert(term.rank);
    }
    return yaml_list(factors);
  }

  /// Parameters in the order of the cascade, then the shapes that stand in indices.
  Yaml coefficient_list() const {
    Yaml list;
    auto shapes = coefficients_;
    for (const auto& param : cascade_.params) {
      if (shapes.erase(param.name) == 0) continue;
      const auto given = shapes_.find(param.name);
      add_coefficient(param.name,
                      std::to_string(given != shapes_.end() ? given->second : param.value), list);
    }
    for (const auto& name : shapes) add_coefficient(name, shape_text(name), list);
    return list;
  }

  static void add_coefficient(const std::string& name, const std::string& value, Yaml& list) {
    Yaml item;
    item.flow = true;
    item.add("name", yaml_scalar(name));
    item.add("default", yaml_scalar(value));
    list.append(item);
  }

  const einsum::Cascade& cascade_;
  const einsum::Einsum& einsum_;
  const Shapes& shapes_;
  Losses& losses_;
  Yaml spaces_;
  std::set<std::string> names_;
  std::set<std::string> coefficients_;
  bool expressible_ = true;
};

}  // namespace

std::optional<Yaml> write_timeloop_problem(const einsum::Cascade& cascade,
                                           const einsum::Einsum& einsum, const std::string& name,
                                           const Shapes& shapes, Losses& losses) {
  return Writer(cascade, einsum, shapes, losses).run(name);
}

}  // namespace attnsim::exchange
