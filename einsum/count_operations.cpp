#include "einsum/count_operations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "einsum/count_spaces.h"
#include "einsum/count_step.h"
#include "einsum/count_words.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"

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

/// Whether these variables decide whether a condition holds.
bool decide(const Names& variables, const Names& condition) {
  return std::all_of(condition.begin(), condition.end(),
                     [&](const std::string& variable) { return holds(variables, variable); });
}

/// Where the outputs are computed.
Space output_space(const Einsum& einsum) {
  Space space{output_variables(einsum), false};
  space.guarded = einsum.where && decide(space.variables, variables_used(*einsum.where));
  return space;
}

class EinsumCounter {
 public:
  EinsumCounter(const Einsum& einsum, PointCounts& points, WordsRead& words)
      : einsum_(einsum), points_(points), words_(words) {
    if (!einsum.where) return;
    condition_ = variables_used(*einsum.where);
  }

  EinsumCounts run() {
    walk(einsum_.value, output_space(einsum_));
    const auto in_value = reads(einsum_.value).size();  // what follows is read by the condition
    const auto all = reads(einsum_);
    for (auto i = in_value; i < all.size(); ++i) words_.read_whole(all[i]);
    return {einsum_.name(), std::move(counts_)};
  }

 private:
  void walk(const Expr& expr, const Space& space) {
    std::visit(
        Overloaded{[](const Number&) {},
                   [&](const Access& access) { words_.read(einsum_, access, space, points_); },
                   [&](const Call& call) {
                     for (const auto& argument : call.arguments) walk(argument, space);
                     count(call.op, points_.points(einsum_, space));
                   },
                   [&](const Reduce& reduce) { reduction(reduce, space); },
                   [&](const Index& index) {
                     for (const auto& gather : gathers_of(index)) words_.read_whole(gather);
                   },
                   [&](const Select& select) {  // a comparison for each that it looks at
                     const auto [ordered, position] = split(select.arguments);
                     for (const auto& argument : position) walk(argument, space);
                     reduction({select.op, {select.variable}, ordered}, space);
                   }},
        expr.node);
  }

  /// What is ordered, and the position, which is computed once.
  static std::pair<std::vector<Expr>, std::vector<Expr>> split(const std::vector<Expr>& arguments) {
    return {{arguments.front()}, {arguments.begin() + 1, arguments.end()}};
  }

  void reduction(const Reduce& reduce, const Space& outside) {
    Space inside = outside;
    inside.variables.insert(inside.variables.end(), reduce.variables.begin(),
                            reduce.variables.end());
    const bool guards = einsum_.where && !outside.guarded && decide(inside.variables, condition_) &&
                        !decide(outside.variables, condition_);
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
  WordsRead& words_;
  Names condition_;  ///< the variables that it names
  OperationCounts counts_;
};

}  // namespace

std::int64_t count_computed(const Cascade& cascade, const Einsum& einsum, const Shapes& shapes,
                            const std::string& alone) {
  PointCounts points(cascade, shapes, alone);
  return points.points(einsum, output_space(einsum));
}

bool is_exponential(const std::string& op) {
  return std::find(exponentials.begin(), exponentials.end(), op) != exponentials.end();
}

namespace {

CascadeCounts count_all(const Cascade& cascade, const Shapes& shapes, const std::string& alone) {
  CascadeCounts result;
  PointCounts points(cascade, shapes, alone);
  WordsRead words(cascade, shapes);
  for (const auto& einsum : cascade.einsums) {
    auto counts = EinsumCounter(einsum, points, words).run();
    for (const auto& [op, count] : counts.operations) {
      add(result.operations[op], count, einsum.place);
      add(result.flops, count, einsum.place);
      if (is_exponential(op)) add(result.exponentials, count, einsum.place);
      if (find_select_operator(op) != nullptr) add(result.selections, count, einsum.place);
    }
    result.einsums.push_back(std::move(counts));
  }
  result.at_most = points.at_most();
  for (const auto& init : cascade.inits) {
    if (!init.from || !alone.empty()) continue;  // no step reads it again
    for (const auto& access : reads(*init.from)) words.read_whole(access);
  }
  for (const auto& input : cascade.inputs) {
    add(result.input_words, words.of(input.tensor), input.place);
  }
  return result;
}

}  // namespace

CascadeCounts count_operations(const Cascade& cascade, const Shapes& shapes) {
  auto result = count_all(cascade, shapes, "");
  for (const auto& output : cascade.outputs) {
    add(result.output_words, words_of(cascade, output.tensor, shapes, output.place), output.place);
  }
  return result;
}

CascadeCounts count_last(const Cascade& cascade, const Shapes& shapes, const std::string& rank) {
  auto result = count_all(cascade, shapes, rank);
  const StepWords words(cascade, shapes, rank);
  add(result.input_words, words.state(), {cascade.file, 0, 0});
  result.output_words = words.written();
  return result;
}

}  // namespace attnsim::einsum
