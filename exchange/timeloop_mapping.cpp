#include <algorithm>
#include <set>

#include "base/error.h"
#include "exchange/loop_nest.h"
#include "exchange/timeloop_directives.h"

namespace attnsim::exchange {
namespace {

using Loop = TimeloopLoop;
using Kind = TimeloopLevel::Kind;

class Builder {
 public:
  Builder(const Yaml& section, const TimeloopProblem& problem, const TimeloopMachine& machine,
          const arch::Architecture& architecture, Losses& losses)
      : section_(section),
        problem_(problem),
        machine_(machine),
        architecture_(architecture),
        losses_(losses),
        levels_(read_timeloop_directives(section, problem, machine, losses)) {
    for (const auto& [source, rank] : problem.names.ranks) rest_[rank] = problem.shapes.at(rank);
  }

  mappings::Mapping run() {
    LoopNest nest;
    for (std::size_t i = 0; i < levels_.size(); ++i) add_level(i, nest);
    mappings::Mapping mapping;
    mapping.name = problem_.cascade.name;
    mapping.cascade = problem_.cascade.name;
    mapping.place = section_.place;
    nest.finish(einsum().name(), unit_name(), section_.place, mapping);
    return mapping;
  }

 private:
  [[nodiscard]] const einsum::Einsum& einsum() const { return problem_.cascade.einsums.front(); }

  void lose(const Place& place, const std::string& what) { losses_.push_back({place, what}); }

  [[nodiscard]] bool is_last_fanout(std::size_t i) const {
    return std::none_of(machine_.levels.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                        machine_.levels.end(),
                        [](const TimeloopLevel& level) { return level.kind == Kind::fanout; });
  }

  void add_loop(const Loop& loop, LoopNest& nest) {
    if (loop.count == 1) return;
    rest_[loop.rank] /= loop.count;
    nest.add_for(loop.rank, size_of(rest_[loop.rank], loop.place), loop.place);
  }

  void add_level(std::size_t i, LoopNest& nest) {
    if (machine_.levels[i].kind == Kind::memory) return add_memory(i, nest);
    pending_across_.insert(pending_across_.end(), levels_[i].across.begin(),
                           levels_[i].across.end());
    pending_down_.insert(pending_down_.end(), levels_[i].down.begin(), levels_[i].down.end());
    if (is_last_fanout(i)) spread(i, nest);
  }

  void add_memory(std::size_t i, LoopNest& nest) {
    const auto& level = machine_.levels[i];
    const auto* const memory = architecture_.find_memory(level.name);
    const bool in_unit = memory != nullptr && !memory->unit.empty();
    if (i > 0 && memory != nullptr) add_keeps(i, *memory, nest);
    if (below_all_fanouts(i)) return;  // its loops run inside the tile operation
    for (const auto& loop : levels_[i].loops) {
      if (in_unit) {
        hoisted_.push_back(loop);  // between two fan-outs: outside of both
      } else {
        add_loop(loop, nest);
      }
    }
  }

  [[nodiscard]] bool below_all_fanouts(std::size_t i) const {
    if (i == 0) return false;
    const bool memories_below = i + 1 < machine_.levels.size();
    const bool any_fanout = std::any_of(
        machine_.levels.begin(), machine_.levels.begin() + static_cast<std::ptrdiff_t>(i),
        [](const TimeloopLevel& level) { return level.kind == Kind::fanout; });
    return is_last_fanout(i) && (any_fanout || !memories_below);
  }

  void add_keeps(std::size_t i, const arch::MemorySpec& memory, LoopNest& nest) {
    const auto place = levels_[i].place.value_or(section_.place);
    for (const auto& tensor : problem_.cascade.tensors) {
      if (levels_[i].bypassed.contains(tensor.name)) continue;
      const bool kept = memory.unit.empty() ? may_keep_shared(tensor.name, memory, place)
                                            : may_keep_in_unit(i, tensor, memory, place);
      if (!kept) continue;
      auto keep = keep_of({tensor.name}, memory.name, machine_.levels[i].buffers, place);
      if (tensor.kind == einsum::Tensor::Kind::input) {
        nest.add_keep(std::move(keep));
      } else {
        nest.add_keep_around(tensor.ranks, std::move(keep));  // sums stay until they are complete
      }
    }
  }

  /// A tile is on chip once, outside of the units: data goes from off chip to there.
  bool may_keep_shared(const std::string& tensor, const arch::MemorySpec& memory,
                       const Place& place) {
    const auto [held, is_new] = held_at_.emplace(tensor, memory.name);
    if (!is_new) {
      lose(place, "that '" + memory.name + "' keeps " + tensor + ": outside of the units a tile " +
                      "is on chip once, at '" + held->second + "'");
      return false;
    }
    return true;
  }

  /// Operands are in the PEs' registers while an operation runs, without a keep. Sums stay there
  /// if those of a whole tile operation have a place.
  bool may_keep_in_unit(std::size_t i, const einsum::Tensor& tensor, const arch::MemorySpec& memory,
                        const Place& place) {
    if (tensor.kind == einsum::Tensor::Kind::input) return false;
    if (!below_all_fanouts(i)) return true;
    std::int64_t words = 1;
    for (const auto& rank : tensor.ranks) {
      if (!spread_.contains(rank)) words *= rest_.at(rank);
    }
    if (memory.entries == 0 || words <= static_cast<std::int64_t>(memory.entries)) return true;
    lose(place, "that '" + memory.name + "' keeps " + tensor.name +
                    ": the loops inside the array run in one tile operation, whose " +
                    std::to_string(words) + " sums of a PE its " + std::to_string(memory.entries) +
                    " entries do not hold");
    return false;
  }

  /// One rank over the rows, one over the columns; what else is spread runs in time.
  void spread(std::size_t i, LoopNest& nest) {
    const auto* const down = choose(pending_down_);
    const auto* const across = choose(pending_across_);
    for (std::size_t below = i + 1; below < levels_.size(); ++below) {
      for (const auto& loop : levels_[below].loops) {
        if (loop.count == 1 || !spread_.contains(loop.rank)) continue;
        hoisted_.push_back(loop);
        lose(loop.place, "the loop over " + loop.rank +
                             " inside the array stands outside of it: each PE gets other "
                             "coordinates, as many as before");
      }
    }
    for (const auto& loop : hoisted_) add_loop(loop, nest);
    if (down != nullptr) nest.add_spatial(down->rank, {mappings::Along::rows}, false, down->place);
    if (across != nullptr) {
      nest.add_spatial(across->rank, {mappings::Along::columns}, false, across->place);
    }
  }

  /// The rank that is spread most, of those that are not spread yet; the others are put in time.
  const Loop* choose(const std::vector<Loop>& loops) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& loop : loops) counts.emplace(loop.rank, 1).first->second *= loop.count;
    const Loop* chosen = nullptr;
    for (const auto& loop : loops) {
      if (counts.at(loop.rank) == 1 || spread_.contains(loop.rank)) continue;
      if (chosen == nullptr || counts.at(loop.rank) > counts.at(chosen->rank)) chosen = &loop;
    }
    for (const auto& loop : loops) {
      if (loop.count == 1 || (chosen != nullptr && loop.rank == chosen->rank)) continue;
      hoisted_.push_back(loop);
      lose(loop.place, "the spread of " + loop.rank + " over " + std::to_string(loop.count) +
                           ": attnsim spreads one rank over the rows and another over the " +
                           "columns; it runs in time, one coordinate after another");
    }
    if (chosen != nullptr) spread_.insert(chosen->rank);
    return chosen;
  }

  [[nodiscard]] std::string unit_name() {
    const auto names = architecture_.unit_names();
    if (names.size() > 1) {
      lose(section_.place, "the machine has several units: '" + names.front() + "' computes all");
    }
    return names.front();
  }

  const Yaml& section_;
  const TimeloopProblem& problem_;
  const TimeloopMachine& machine_;
  const arch::Architecture& architecture_;
  Losses& losses_;
  std::vector<TimeloopDirectives> levels_;
  std::map<std::string, std::int64_t> rest_;    ///< coordinates that the loops so far leave
  std::map<std::string, std::string> held_at_;  ///< by tensor: the memory outside of the units
  std::vector<Loop> pending_across_;
  std::vector<Loop> pending_down_;
  std::vector<Loop> hoisted_;
  std::set<std::string> spread_;
};

}  // namespace

mappings::Mapping read_timeloop_mapping(const Yaml& section, const TimeloopProblem& problem,
                                        const TimeloopMachine& machine,
                                        const arch::Architecture& architecture, Losses& losses) {
  return Builder(section, problem, machine, architecture, losses).run();
}

}  // namespace attnsim::exchange
