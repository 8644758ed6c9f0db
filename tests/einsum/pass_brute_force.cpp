#include "einsum/pass_brute_force.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "einsum/expression_ops.h"
#include "einsum/interpreter.h"

namespace attnsim::einsum {
namespace {

using Values = std::map<std::string, std::int64_t>;  // of variables
using Element = std::pair<std::string, std::vector<std::int64_t>>;

/// The evaluation of an expression or a reduction at one point, or of an output element.
struct Event {
  std::vector<Element> reads;
  std::vector<std::size_t> after;  ///< events whose results it takes
  std::optional<std::int64_t> chunk;
  std::optional<Element> result;
  bool done = false;
};

class Simulation {
 public:
  Simulation(const Cascade& cascade, const std::string& rank, const Shapes& shapes)
      : cascade_(cascade), whole_(*cascade.find_rank(rank)), shapes_(shapes) {
    for (const auto& init : cascade.inits) initialise(init);
    for (const auto& einsum : cascade.einsums) {
      each(output_variables(einsum), {}, [&](const Values& at) { output(einsum, at); });
    }
  }

  int run() {
    const auto& outer = whole_.parts.empty() ? whole_.name : whole_.parts.front();
    settle(std::nullopt);
    int traversals = 0;
    while (std::any_of(events_.begin(), events_.end(), [](const Event& e) { return !e.done; })) {
      if (++traversals > 50) throw std::logic_error("never done");
      for (std::int64_t chunk = 0; chunk < shapes_.at(outer); ++chunk) settle(chunk);
    }
    return traversals;
  }

 private:
  template <class Visit>
  void each(const std::vector<std::string>& variables, Values at, const Visit& visit,
            std::size_t next = 0) {
    if (next == variables.size()) return visit(at);
    const auto extent = shapes_.at(cascade_.find_rank_of_variable(variables[next])->name);
    for (std::int64_t value = 0; value < extent; ++value) {
      at[variables[next]] = value;
      each(variables, at, visit, next + 1);
    }
  }

  void initialise(const Init& init) {
    const auto& tensor = *cascade_.find_tensor(init.target.tensor);
    std::vector<std::string> variables;
    for (const auto& rank : tensor.ranks) {
      if (rank != tensor.generative_rank) variables.push_back(Rank{rank, {}, {}}.variable());
    }
    each(variables, {}, [&](const Values& at) { there_.insert(element(init.target, at)); });
  }

  [[nodiscard]] Element element(const Access& access, const Values& at) const {
    Element element{access.tensor, {}};
    for (const auto& index : access.indices) {
      std::int64_t value = 0;
      for (const auto& term : index.terms) {
        value += term.factor * (term.rank.empty() ? 1 : shapes_.at(term.rank)) *
                 (term.variable.empty() ? 1 : at.at(term.variable));
      }
      element.second.push_back(value);
    }
    return element;
  }

  /// The chunk that a point of the whole rank lies in; none for a point of anything less.
  [[nodiscard]] std::optional<std::int64_t> chunk_of(const Values& at) const {
    if (whole_.parts.empty()) {
      const auto own = at.find(whole_.variable());
      return own == at.end() ? std::nullopt : std::optional(own->second);
    }
    for (const auto& part : whole_.parts) {
      if (!at.contains(Rank{part, {}, {}}.variable())) return std::nullopt;
    }
    return at.at(Rank{whole_.parts.front(), {}, {}}.variable());
  }

  void output(const Einsum& einsum, const Values& at) {
    Event event;
    gather(einsum.value, at, event);
    event.chunk = chunk_of(at);
    event.result = element(einsum.output, at);
    events_.push_back(std::move(event));
  }

  void gather(const Expr& expr, const Values& at, Event& into) {
    if (const auto* access = std::get_if<Access>(&expr.node)) {
      if (cascade_.find_tensor(access->tensor)->kind != Tensor::Kind::input) {
        into.reads.push_back(element(*access, at));
      }
    } else if (const auto* call = std::get_if<Call>(&expr.node)) {
      for (const auto& argument : call->arguments) gather(argument, at, into);
    } else if (const auto* reduce = std::get_if<Reduce>(&expr.node)) {
      each(reduce->variables, at, [&](const Values& inside) {
        Event event;
        gather(reduce->argument.front(), inside, event);
        event.chunk = chunk_of(inside);
        into.after.push_back(events_.size());
        events_.push_back(std::move(event));
      });
    }
  }

  /// Evaluates all that can be while a chunk is visited.
  void settle(std::optional<std::int64_t> visited) {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto& event : events_) {
        if (event.done || (event.chunk && event.chunk != visited) || !is_ready(event)) continue;
        event.done = moved = true;
        if (event.result) there_.insert(*event.result);
      }
    }
  }

  [[nodiscard]] bool is_ready(const Event& event) const {
    return std::all_of(event.reads.begin(), event.reads.end(),
                       [&](const Element& read) { return there_.contains(read); }) &&
           std::all_of(event.after.begin(), event.after.end(),
                       [&](std::size_t other) { return events_[other].done; });
  }

  const Cascade& cascade_;
  const Rank& whole_;
  const Shapes& shapes_;
  std::vector<Event> events_;
  std::set<Element> there_;
};

}  // namespace

int brute_force_passes(const Cascade& cascade, const std::string& rank, const Shapes& shapes) {
  return Simulation(cascade, rank, resolve_shapes(cascade, shapes)).run();
}

}  // namespace attnsim::einsum
