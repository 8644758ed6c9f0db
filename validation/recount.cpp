#include "validation/recount.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/overloaded.h"

namespace attnsim::validation {
namespace {

constexpr double bits_per_byte = 8;

/// An empty list is for all.
template <class T>
bool selects(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

/// The counts of a result and what the rules turn them into.
class Recount {
 public:
  Recount(const arch::Architecture& architecture, const sim::SimResult& result)
      : architecture_(architecture), result_(result), factors_(result.actions.size(), 1.0) {
    for (const auto& action : result.actions) tensors_.insert(action.tensor);
  }

  void apply(const RecountChange& change) {
    place_ = change.place;
    std::visit([&](const auto& kind) { apply_kind(kind); }, change.kind);
  }

  [[nodiscard]] double energy() const {
    // In the order in which the result sums, so that no rule at all changes nothing at all.
    std::map<std::string, double> by_component;
    for (const auto& component : architecture_.components) {
      auto& energy = by_component[arch::name_of(component)];
      for (std::size_t i = 0; i < result_.actions.size(); ++i) {
        const auto& action = result_.actions[i];
        if (action.component != arch::name_of(component)) continue;
        energy += sim::energy_pj_of(component, action.what,
                                    static_cast<double>(action.count) * factors_[i]);
      }
      for (const auto& more : added_) {
        if (more.component != arch::name_of(component)) continue;
        energy += sim::energy_pj_of(component, more.what, more.count);
      }
    }
    double sum = 0;
    for (const auto& [name, energy] : by_component) sum += energy;
    return sum;
  }

 private:
  struct Added {
    std::string component;
    std::string what;
    double count = 0;  ///< bytes; may be negative
  };

  void apply_kind(const OneInstance& one) {
    const auto instances = memory(one.memory).instances;
    scale(one.memory, "", {}, 1.0 / static_cast<double>(instances));
  }

  void apply_kind(const Scaled& scaled) {
    check_component(scaled.component);
    check_tensors(scaled.tensors);
    scale(scaled.component, scaled.action, scaled.tensors, scaled.by);
  }

  void apply_kind(const PassedBy& passed) {
    static_cast<void>(memory(passed.memory));
    check_tensors(passed.tensors);
    for (const auto& tensor : passed.tensors) {
      const bool reused =
          count(passed.memory, "read", tensor) > count(passed.memory, "write", tensor);
      if (!reused) scale(passed.memory, "", {tensor}, 0);
    }
  }

  void apply_kind(const Drained& drained) {
    static_cast<void>(memory(drained.memory));
    static_cast<void>(memory(drained.to));
    check_tensors(drained.tensors);
    for (const auto& tensor : drained.tensors) {
      const auto moved =
          std::min(count(drained.memory, "read", tensor), count(drained.to, "write", tensor));
      added_.push_back({drained.memory, "read", -moved});
    }
  }

  void apply_kind(const WrappedElision& elision) {
    static_cast<void>(memory(elision.memory));
    check_tensors({elision.tensor});
    if (!elision.tile_ranks.empty()) throw std::logic_error("a tile is not in words: rules_for()");
    const auto bytes_of_word = static_cast<double>(architecture_.word.count()) / bits_per_byte;
    const auto written = count(elision.memory, "write", elision.tensor) / bytes_of_word;
    const auto words = static_cast<std::uint64_t>(written);
    const auto elided = words * elision.tile / elision.tile;  // unsigned: the product wraps
    added_.push_back({elision.memory, "read", static_cast<double>(words - elided) * bytes_of_word});
  }

  void scale(const std::string& component, const std::string& what,
             const std::vector<std::string>& tensors, double by) {
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      const auto& action = result_.actions[i];
      if (action.component != component || !selects(tensors, action.tensor)) continue;
      if (what.empty() || action.what == what) factors_[i] *= by;
    }
  }

  [[nodiscard]] double count(const std::string& component, const std::string& what,
                             const std::string& tensor) const {
    std::int64_t sum = 0;
    for (const auto& action : result_.actions) {
      const bool same = action.component == component && action.what == what;
      if (same && action.tensor == tensor) sum += action.count;
    }
    return static_cast<double>(sum);
  }

  [[nodiscard]] const arch::MemorySpec& memory(const std::string& name) const {
    const auto* found = architecture_.find_memory(name);
    if (found != nullptr) return *found;
    const auto names = architecture_.memory_names();
    throw InputError(place_, "no memory is called '" + name + "' in " + architecture_.name +
                                 did_you_mean(name, names) + " (known: " + join(names) + ")");
  }

  void check_component(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& component : architecture_.components)
      names.push_back(arch::name_of(component));
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    throw InputError(place_, "no component is called '" + name + "' in " + architecture_.name +
                                 did_you_mean(name, names) + " (known: " + join(names) + ")");
  }

  void check_tensors(const std::vector<std::string>& tensors) const {
    const std::vector<std::string> names(tensors_.begin(), tensors_.end());
    for (const auto& tensor : tensors) {
      if (tensors_.count(tensor) != 0) continue;
      throw InputError(place_, "no action is for a tensor '" + tensor + "'" +
                                   did_you_mean(tensor, names) + " (known: " + join(names) + ")");
    }
  }

  const arch::Architecture& architecture_;
  const sim::SimResult& result_;
  std::vector<double> factors_;  ///< beside the actions of the result
  std::vector<Added> added_;
  std::set<std::string> tensors_;
  Place place_;  ///< of the change that is being applied
};

void resolve_tile(WrappedElision& elision, const workloads::Shapes& shapes, const Place& place) {
  for (const auto& rank : elision.tile_ranks) {
    const auto shape = shapes.find(rank);
    if (shape == shapes.end()) {
      throw InputError(place, "the tile names a rank '" + rank + "' that has no shape");
    }
    const auto length = static_cast<std::uint64_t>(shape->second);
    if (elision.tile > std::numeric_limits<std::uint64_t>::max() / length) {
      throw InputError(place, "the tile has more words than 64 bits count");
    }
    elision.tile *= length;
  }
  elision.tile_ranks.clear();
}

}  // namespace

RecountRules rules_for(const RecountRules& rules, std::int64_t sequence_length,
                       const workloads::Shapes& shapes) {
  RecountRules chosen;
  for (const auto& rule : rules) {
    chosen.push_back({rule.name, rule.why, {}});
    for (auto change : rule.changes) {
      if (!selects(change.lengths, sequence_length)) continue;
      if (auto* elision = std::get_if<WrappedElision>(&change.kind)) {
        resolve_tile(*elision, shapes, change.place);
      }
      chosen.back().changes.push_back(std::move(change));
    }
  }
  return chosen;
}

RecountRules without(const RecountRules& rules, const std::string& name) {
  RecountRules rest;
  for (const auto& rule : rules) {
    if (rule.name != name) rest.push_back(rule);
  }
  return rest;
}

double recounted_energy(const arch::Architecture& architecture, const sim::SimResult& result,
                        const RecountRules& rules) {
  Recount recount(architecture, result);
  for (const auto& rule : rules) {
    for (const auto& change : rule.changes) recount.apply(change);
  }
  return recount.energy();
}

}  // namespace attnsim::validation
