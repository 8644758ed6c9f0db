#include "einsum/pass_analysis.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/overloaded.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/pass_reach.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

/// Everything starts over inside of a depth: no traversal in it, no reduction along it.
void restart_inside(PassTime& time, std::size_t depth) {
  for (auto inner = depth + 1; inner < time.half.size(); ++inner) {
    time.half[inner] = 1;
    time.level[inner] = 0;
  }
}

/// After the traversal at this depth has ended.
PassTime after_all(PassTime time, std::size_t depth) {
  if (time.half[depth] % 2 == 0) ++time.half[depth];
  ++time.level[depth];
  restart_inside(time, depth);
  return time;
}

PassTime later(const PassTime& a, const PassTime& b) {
  return {std::max(a.half, b.half), std::max(a.level, b.level)};
}

bool is_later(const PassTime& a, const PassTime& b) {
  return std::pair(a.half, a.level) > std::pair(b.half, b.level);
}

/// Times of all tensors, to the least fixed point: recurrences are followed round and round.
class Solver {
 public:
  Solver(const Cascade& cascade, PassTarget target) : cascade_(cascade) {
    analysis_.target = std::move(target);
    const auto depths = analysis_.target.depth + 1;
    start_ = {std::vector<int>(depths, 1), std::vector<int>(depths, 0)};
    for (const auto& tensor : cascade.tensors) times_[tensor.name] = start_;
  }

  PassAnalysis run() {
    // Along the target itself a recurrence costs nothing, so times settle after a round per Einsum.
    const auto most_rounds = 2 * cascade_.einsums.size() + 4;
    bool settled = false;
    for (std::size_t i = 0; i < most_rounds && !settled; ++i) settled = !round();
    if (!settled) take_one_step();
    round();
    count();
    prove();
    return std::move(analysis_);
  }

 private:
  struct Read {
    std::string tensor;
    bool point = false;
  };
  using Scope = std::vector<Read>;

  /// @return whether any time moved
  bool round() {
    analysis_.steps.clear();
    analysis_.uses.clear();
    analysis_.notes.clear();
    const auto before = times_;
    for (const auto& einsum : cascade_.einsums) compute(einsum);
    return times_ != before;
  }

  /// A recurrence along another rank that reduces over this one in every step.
  void take_one_step() {
    for (const auto& tensor : cascade_.tensors) {
      times_[tensor.name] = start_;
      const auto& along = tensor.generative_rank;
      if (!along.empty() && !analysis_.target.contains(along)) analysis_.grows_with = along;
    }
  }

  void compute(const Einsum& einsum) {
    step_ = {einsum.name(), start_.level, {}, {}, {}, "", "", false};
    longest_ = start_;
    const auto variables = output_variables(einsum);
    const Bound bound(variables.begin(), variables.end());
    Scope scope;
    auto ready = evaluate(einsum.value, bound, scope);
    if (einsum.where) {  // what decides where it is computed
      visit_sides(*einsum.where,
                  [&](const Expr& side) { ready = later(ready, evaluate(side, bound, scope)); });
    }
    const auto time = traverse(ready, bound, scope);
    step_.avail = time.level;
    step_.time = time;
    times_[einsum.name()] = time;
    analysis_.steps.push_back(step_);
  }

  /// @param scope  takes the reads that are not inside a reduction of the expression
  PassTime evaluate(const Expr& expr, const Bound& bound, Scope& scope) {
    return std::visit(Overloaded{[&](const Number&) { return start_; },
                                 [&](const Access& access) { return read(access, scope); },
                                 [&](const Call& call) {
                                   auto time = start_;
                                   for (const auto& argument : call.arguments) {
                                     time = later(time, evaluate(argument, bound, scope));
                                   }
                                   return time;
                                 },
                                 [&](const Reduce& reduce) {
                                   return reduced(reduce.variables, reduce.argument, bound);
                                 },
                                 [&](const Index&) { return start_; },
                                 [&](const Select& select) {  // it needs all that it selects from
                                   return reduced({select.variable}, select.arguments, bound);
                                 }},
                      expr.node);
  }

  PassTime read(const Access& access, Scope& scope) {
    const Tensor& tensor = base_tensor(cascade_, access);
    auto time = times_.at(tensor.name);
    // Inputs are there as a whole: any element of them can be read in any traversal.
    const auto reach =
        tensor.kind == Tensor::Kind::input ? Reach{} : reach_of(cascade_, analysis_.target, access);
    if (reach.whole_at) time = after_all(time, *reach.whole_at);
    if (reach.earlier_at) restart_inside(time, *reach.earlier_at);
    if (reach.assumed) {
      analysis_.notes.push_back({access.place, to_text(access) + " is taken to need all of " +
                                                   tensor.name + " along " +
                                                   analysis_.target.rank});
    }
    note_need(tensor, time, reach.whole_at.has_value());
    scope.push_back({tensor.name, reach.point});
    step_.level = std::max(step_.level, time.level);
    for (const auto& index : access.indices) {  // coordinates that it gathers through
      for (const auto& gathered : gathers_of(index)) time = later(time, read(gathered, scope));
    }
    return time;
  }

  /// Of all that it reads but itself, what the Einsum waits for longest; else the first.
  void note_need(const Tensor& tensor, const PassTime& time, bool all) {
    if (tensor.name == step_.einsum) return;
    const bool longer = tensor.kind != Tensor::Kind::input && is_later(time, longest_);
    if (!longer && !step_.needs.empty()) return;
    if (longer) longest_ = time;
    step_.needs = tensor.name;
    step_.needs_all = all;
  }

  PassTime reduced(const std::vector<std::string>& variables, const std::vector<Expr>& arguments,
                   const Bound& outside) {
    auto bound = outside;
    bound.insert(variables.begin(), variables.end());
    Scope scope;
    auto time = start_;
    for (const auto& argument : arguments) {
      time = later(time, evaluate(argument, bound, scope));
    }
    time = traverse(time, bound, scope);
    std::optional<std::size_t> outermost;
    for (const auto& variable : variables) {
      const auto& rank = cascade_.find_rank_of_variable(variable)->name;
      if (!analysis_.target.contains(rank)) continue;
      const auto depth = analysis_.target.depth_of(rank);
      outermost = std::min(outermost.value_or(depth), depth);
    }
    if (!outermost || *outermost > analysis_.target.depth) return time;
    step_.reduces = analysis_.target.name_at(*outermost);
    return after_all(time, *outermost);
  }

  /// Evaluates something at all points of `bound`: in the next traversal, where it runs along all
  /// of the rank and needs what is there only after the last one.
  PassTime traverse(PassTime time, const Bound& bound, const Scope& scope) {
    const auto& target = analysis_.target;
    for (std::size_t depth = 0; depth <= target.depth; ++depth) {
      if (!target.traverses(bound, depth) || time.half[depth] % 2 == 0) continue;
      ++time.half[depth];
      restart_half_inside(time, depth);
    }
    if (target.traverses(bound, target.depth)) step_.traversals.push_back(time.half);
    const bool along = std::any_of(bound.begin(), bound.end(), [&](const std::string& variable) {
      const auto* rank = cascade_.find_rank_of_variable(variable);
      return rank != nullptr && target.contains(rank->name);
    });
    for (const auto& [tensor, point] : scope) {
      analysis_.uses.push_back({tensor, step_.einsum, time, point, along});
    }
    return time;
  }

  static void restart_half_inside(PassTime& time, std::size_t depth) {
    std::fill(time.half.begin() + static_cast<std::ptrdiff_t>(depth) + 1, time.half.end(), 1);
  }

  void count() {
    std::map<std::vector<int>, int> inner;  // by the traversals around it
    for (const auto& step : analysis_.steps) {
      for (const auto& half : step.traversals) {
        auto& passes = inner[{half.begin(), half.end() - 1}];
        passes = std::max(passes, half.back() / 2);
      }
    }
    for (const auto& [outer, passes] : inner) analysis_.passes.push_back(passes);
    if (inner.empty()) analysis_.passes.push_back(0);
  }

  /// From the first Einsum of the last traversal back along what each waits for longest.
  void prove() {
    const PassStep* last = nullptr;
    std::vector<int> latest;
    for (const auto& step : analysis_.steps) {
      for (const auto& half : step.traversals) {
        if (half <= latest) continue;
        latest = half;
        last = &step;
      }
    }
    std::set<std::string> seen;
    while (last != nullptr && seen.insert(last->einsum).second) {
      analysis_.proof.insert(analysis_.proof.begin(), last->einsum);
      const auto found = std::find_if(analysis_.steps.begin(), analysis_.steps.end(),
                                      [&](const PassStep& s) { return s.einsum == last->needs; });
      last = found == analysis_.steps.end() ? nullptr : &*found;
    }
  }

  const Cascade& cascade_;
  PassAnalysis analysis_;
  PassTime start_;
  std::map<std::string, PassTime> times_;
  PassStep step_;     ///< of the Einsum at hand
  PassTime longest_;  ///< that it waits for
};

}  // namespace

int PassAnalysis::most() const { return *std::max_element(passes.begin(), passes.end()); }

int PassAnalysis::total() const { return std::accumulate(passes.begin(), passes.end(), 0); }

std::vector<std::string> PassAnalysis::barriers() const {
  std::vector<std::string> barriers;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const bool final_value = i + 1 < proof.size() && step(proof[i + 1]).needs_all;
    barriers.push_back(final_value ? target.rank : step(proof[i]).reduces);
  }
  return barriers;
}

const PassStep& PassAnalysis::step(const std::string& einsum) const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const PassStep& step) { return step.einsum == einsum; });
  if (found == steps.end()) throw std::logic_error("no Einsum " + einsum);
  return *found;
}

PassAnalysis analyse_passes(const Cascade& cascade, const std::string& rank) {
  return Solver(cascade, pass_target(cascade, rank)).run();
}

}  // namespace attnsim::einsum
