#include "einsum/count_operations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "einsum/count_points.h"
#include "einsum/count_step.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/interpreter.h"
#include "einsum/operators.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

/// tanh, the logistic function and silu are one exponential and arithmetic each.
constexpr std::array<std::string_view, 5> exponentials{"exp", "exp2", "sigmoid", "tanh", "silu"};

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add(std::int64_t& sum, std::int64_t count, const Place& place) {
  if (!__builtin_add_overflow(sum, count, &sum)) return;
  throw InputError(place, "its operations are more than 63 bits can count at these shapes");
}

/// Where an expression is evaluated: for all values of the variables, or for those that satisfy the
/// condition.
struct Space {
  Names variables;
  bool guarded = false;
};

/// Numbers of points; the Einsums of a masked cascade ask for the same ones again and again.
class PointCounts {
 public:
  /// @param alone  a rank of which only the last coordinate counts, or empty
  PointCounts(const Cascade& cascade, const Shapes& shapes, const std::string& alone)
      : cascade_(cascade), shapes_(shapes), alone_(alone) {}

  std::int64_t points(const Einsum& einsum, const Space& space) {
    return remembered(einsum, space, {}, [&](Region region) { return count_points(region); });
  }

  /// Points of the space around a reduction that have a value to reduce.
  std::int64_t reached(const Einsum& einsum, const Space& inside, const Names& reduced) {
    return remembered(einsum, inside, reduced,
                      [&](Region region) { return count_reached(region, reduced); });
  }

 private:
  template <class Count>
  std::int64_t remembered(const Einsum& einsum, const Space& space, const Names& reduced,
                          const Count& count) {
    const auto* where = space.guarded ? &*einsum.where : nullptr;
    auto sorted = space.variables;
    std::sort(sorted.begin(), sorted.end());
    const std::pair key{std::pair{std::move(sorted), reduced},
                        where == nullptr ? std::string() : to_text(*where)};
    const auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    auto region = region_of(cascade_, where, space.variables, shapes_);
    region.place = where == nullptr ? einsum.place : where->place;
    if (!alone_.empty()) keep_last(region, cascade_.find_rank(alone_)->variable());
    return known_[key] = count(std::move(region));
  }

  const Cascade& cascade_;
  const Shapes& shapes_;
  std::string alone_;
  std::map<std::pair<std::pair<Names, Names>, std::string>, std::int64_t> known_;
};

class EinsumCounter {
 public:
  EinsumCounter(const Einsum& einsum, PointCounts& points) : einsum_(einsum), points_(points) {
    if (!einsum.where) return;
    condition_ = variables_used(*einsum.where);
  }

  EinsumCounts run() {
    walk(einsum_.value, outputs());
    return {einsum_.name(), std::move(counts_)};
  }

  /// Where the outputs are computed.
  [[nodiscard]] Space outputs() const {
    Space space{output_variables(einsum_), false};
    space.guarded = einsum_.where && binds_condition(space.variables);
    return space;
  }

 private:
  [[nodiscard]] bool binds_condition(const Names& variables) const {
    return std::all_of(condition_.begin(), condition_.end(),
                       [&](const std::string& variable) { return holds(variables, variable); });
  }

  void walk(const Expr& expr, const Space& space) {
    std::visit(
        Overloaded{[](const Number&) {}, [](const Access&) {},
                   [&](const Call& call) {
                     for (const auto& argument : call.arguments) walk(argument, space);
                     count(call.op, points_.points(einsum_, space));
                   },
                   [&](const Reduce& reduce) { reduction(reduce, space); }, [](const Index&) {},
                   [&](const Select& select) {  // a comparison for each that it looks at
                     reduction({select.op, {select.variable}, select.arguments}, space);
                   }},
        expr.node);
  }

  void reduction(const Reduce& reduce, const Space& outside) {
    Space inside = outside;
    inside.variables.insert(inside.variables.end(), reduce.variables.begin(),
                            reduce.variables.end());
    const bool guards = einsum_.where && !outside.guarded && binds_condition(inside.variables) &&
                        !binds_condition(outside.variables);
    inside.guarded = outside.guarded || guards;
    for (const auto& argument : reduce.argument) walk(argument, inside);
    const auto results = guards ? points_.reached(einsum_, inside, reduce.variables)
                                : points_.points(einsum_, outside);
    const auto* op = find_reduce_operator(reduce.op);
    count(op == nullptr ? reduce.op : op->counts_as, points_.points(einsum_, inside) - results);
  }

  void count(const std::string& op, std::int64_t times) {
    if (times > 0) add(counts_[op], times, einsum_.place);
  }

  const Einsum& einsum_;
  PointCounts& points_;
  Names condition_;  ///< the variables that it names
  OperationCounts counts_;
};

std::int64_t words_of(const Cascade& cascade, const std::vector<Access>& accesses,
                      const Shapes& shapes) {
  std::int64_t sum = 0;
  for (const auto& access : accesses) {
    std::int64_t words = 1;
    for (const auto extent : shape_of(cascade, *cascade.find_tensor(access.tensor), shapes)) {
      if (!__builtin_mul_overflow(words, extent, &words)) continue;
      throw InputError(access.place, access.tensor + " has more words than 63 bits can count");
    }
    add(sum, words, access.place);
  }
  return sum;
}

}  // namespace

std::int64_t count_computed(const Cascade& cascade, const Einsum& einsum, const Shapes& shapes,
                            const std::string& alone) {
  PointCounts points(cascade, shapes, alone);
  return points.points(einsum, EinsumCounter(einsum, points).outputs());
}

bool is_exponential(const std::string& op) {
  return std::find(exponentials.begin(), exponentials.end(), op) != exponentials.end();
}

namespace {

CascadeCounts count_all(const Cascade& cascade, const Shapes& shapes, const std::string& alone) {
  CascadeCounts result;
  PointCounts points(cascade, shapes, alone);
  for (const auto& einsum : cascade.einsums) {
    auto counts = EinsumCounter(einsum, points).run();
    for (const auto& [op, count] : counts.operations) {
      add(result.operations[op], count, einsum.place);
      add(result.flops, count, einsum.place);
      if (is_exponential(op)) add(result.exponentials, count, einsum.place);
      if (find_select_operator(op) != nullptr) add(result.selections, count, einsum.place);
    }
    result.einsums.push_back(std::move(counts));
  }
  return result;
}

}  // namespace

CascadeCounts count_operations(const Cascade& cascade, const Shapes& shapes) {
  auto result = count_all(cascade, shapes, "");
  result.input_words = words_of(cascade, cascade.inputs, shapes);
  result.output_words = words_of(cascade, cascade.outputs, shapes);
  return result;
}

CascadeCounts count_last(const Cascade& cascade, const Shapes& shapes, const std::string& rank) {
  auto result = count_all(cascade, shapes, rank);
  const StepWords words(cascade, shapes, rank);
  result.input_words = words.read();
  result.output_words = words.written();
  return result;
}

}  // namespace attnsim::einsum
