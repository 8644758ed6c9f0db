#include <algorithm>
#include <map>
#include <set>

#include "einsum/expression_ops.h"
#include "exchange/timeloop_writing.h"
#include "mappings/problem.h"

namespace attnsim::exchange {
namespace {

struct Loop {
  std::string rank;
  std::int64_t count = 1;
};

/// What is written for one level.
struct Level {
  std::vector<Loop> loops;  ///< outermost first
  std::set<std::string> kept;
};

class Writer {
 public:
  Writer(const LeafPath& path, const einsum::Cascade& cascade, const einsum::Einsum& einsum,
         const Shapes& shapes, const arch::Architecture& architecture,
         const WrittenMachine& machine, Losses& losses)
      : path_(path),
        architecture_(architecture),
        machine_(machine),
        losses_(losses),
        levels_(machine.levels.size()) {
    for (const auto& variable : einsum::iteration_variables(einsum)) {
      const auto& rank = cascade.find_rank_of_variable(variable)->name;
      if (rest_.emplace(rank, shapes.at(rank)).second) ranks_.push_back(rank);
    }
    for (const auto& access : einsum::reads(einsum)) add_tensor(access.tensor);
    add_tensor(einsum.name());
  }

  std::optional<Yaml> run() {
    for (const auto& step : path_.steps) {
      if (step.keep != nullptr) enter(*step.keep);
      if (step.loop != nullptr) add_loop(*step.loop, step.place);
      if (step.spatial != nullptr) spread(*step.spatial, step.place);
    }
    if (path_.unit != machine_.unit) {
      losses_.push_back({path_.place, "the mapping of " + path_.einsum + ": '" + path_.unit +
                                          "' is not the unit of the machine there"});
      return std::nullopt;
    }
    if (!divides_) return std::nullopt;
    add_rest();
    return written();
  }

 private:
  void add_tensor(const std::string& tensor) {
    if (std::find(tensors_.begin(), tensors_.end(), tensor) == tensors_.end()) {
      tensors_.push_back(tensor);
    }
  }

  void enter(const mappings::Keep& keep) {
    bool ours = false;
    for (const auto& tensor : keep.tensors) {
      ours = ours || std::find(tensors_.begin(), tensors_.end(), tensor) != tensors_.end();
    }
    const auto level = level_of(keep.memory);
    if (!ours || level == levels_.size()) return;
    for (const auto& tensor : keep.tensors) levels_[level].kept.insert(tensor);
    // Sums that stay in the unit say nothing of where the loops around it stand.
    if (!architecture_.find_memory(keep.memory)->unit.empty()) return;
    if (level > at_) {
      at_ = level;
    } else if (level > 0 && !levels_[level].loops.empty()) {
      losses_.push_back({keep.place, "where '" + keep.memory +
                                         "' is filled: there, all its tiles are of one depth, the "
                                         "outermost"});
    }
  }

  [[nodiscard]] std::size_t level_of(const std::string& memory) const {
    const auto found = std::find_if(
        machine_.levels.begin(), machine_.levels.end(), [&](const WrittenLevel& level) {
          return level.kind == WrittenLevel::Kind::memory && level.name == memory;
        });
    return static_cast<std::size_t>(found - machine_.levels.begin());
  }

  void add_loop(const mappings::For& loop, const Place& place) {
    const auto rest = rest_.find(loop.rank);
    if (rest == rest_.end()) return;  // a loop of other Einsums
    if (loop.tile.kind == mappings::Size::Kind::fit) {
      losses_.push_back({place, "the tile of the loop over " + loop.rank +
                                    ": it is open (fit), and taken as all of it"});
      return;
    }
    const auto tile = std::min(mappings::resolve(loop.tile, architecture_), rest->second);
    if (rest->second % tile != 0) {
      losses_.push_back({place, "the mapping of " + path_.einsum + ": tiles of " +
                                    std::to_string(tile) + " do not divide the " +
                                    std::to_string(rest->second) + " coordinates of " + loop.rank});
      divides_ = false;
      return;
    }
    add(spread_at_ ? innermost() : at_, loop.rank, rest->second / tile);
    rest->second = tile;
  }

  void add(std::size_t level, const std::string& rank, std::int64_t count) {
    if (count > 1) levels_[level].loops.push_back({rank, count});
  }

  /// The last memory, which stands inside of all fan-outs where there is one.
  [[nodiscard]] std::size_t innermost() const {
    std::size_t last = 0;
    for (std::size_t i = 0; i < machine_.levels.size(); ++i) {
      if (machine_.levels[i].kind == WrittenLevel::Kind::memory) last = i;
    }
    return last;
  }

  void spread(const mappings::Spatial& spatial, const Place& place) {
    const auto rest = rest_.find(spatial.rank);
    if (rest == rest_.end() || rest->second == 1) return;
    for (std::size_t i = 0; i < machine_.levels.size(); ++i) {
      if (!is_along(machine_.levels[i].kind, spatial.along)) continue;
      if (!levels_[i].loops.empty()) continue;
      add(i, spatial.rank, rest->second);
      rest->second = 1;
      spread_at_ = true;
      return;
    }
    losses_.push_back({place, "the spread of " + spatial.rank + ": it runs in time"});
  }

  [[nodiscard]] bool is_along(WrittenLevel::Kind kind,
                              const std::vector<mappings::Along>& along) const {
    const bool array = architecture_.find_array(path_.unit) != nullptr;
    return std::any_of(along.begin(), along.end(), [&](mappings::Along direction) {
      if (kind == WrittenLevel::Kind::memory) return false;
      if (!array) return direction == mappings::Along::lanes;
      return direction ==
             (kind == WrittenLevel::Kind::rows ? mappings::Along::rows : mappings::Along::columns);
    });
  }

  /// What no loop takes runs inside the tile operation: at the innermost memory.
  void add_rest() {
    for (const auto& rank : ranks_) add(innermost(), rank, rest_.at(rank));
  }

  Yaml written() const {
    Yaml list;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      const auto& level = machine_.levels[i];
      const bool memory = level.kind == WrittenLevel::Kind::memory;
      Yaml directive;
      directive.add("target", yaml_scalar(level.name));
      directive.add("type", yaml_scalar(memory ? "temporal" : "spatial"));
      std::vector<std::string> factors;
      for (const auto& rank : ranks_) {
        factors.push_back(rank + "=" + std::to_string(count_at(i, rank)));
      }
      directive.add("factors", yaml_list(factors));
      directive.add("permutation", yaml_list(permutation(i)));
      list.append(directive);
      if (memory) list.append(keeping(i));
    }
    return list;
  }

  [[nodiscard]] std::int64_t count_at(std::size_t level, const std::string& rank) const {
    std::int64_t count = 1;
    for (const auto& loop : levels_[level].loops) {
      if (loop.rank == rank) count *= loop.count;
    }
    return count;
  }

  /// From the inside out; ranks that do not run here stand outermost.
  [[nodiscard]] std::vector<std::string> permutation(std::size_t level) const {
    std::vector<std::string> order;
    const auto& loops = levels_[level].loops;
    const auto add_once = [&](const std::string& rank) {
      if (std::find(order.begin(), order.end(), rank) == order.end()) order.push_back(rank);
    };
    for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop) add_once(loop->rank);
    for (const auto& rank : ranks_) add_once(rank);
    return order;
  }

  Yaml keeping(std::size_t level) const {
    const auto* const memory = architecture_.find_memory(machine_.levels[level].name);
    const bool all = level == 0 || (memory != nullptr && !memory->unit.empty());
    std::vector<std::string> kept;
    std::vector<std::string> bypassed;
    for (const auto& tensor : tensors_) {
      (all || levels_[level].kept.contains(tensor) ? kept : bypassed).push_back(tensor);
    }
    Yaml directive;
    directive.add("target", yaml_scalar(machine_.levels[level].name));
    directive.add("type", yaml_scalar("dataspace"));
    directive.add("keep", yaml_list(kept));
    directive.add("bypass", yaml_list(bypassed));
    return directive;
  }

  const LeafPath& path_;
  const arch::Architecture& architecture_;
  const WrittenMachine& machine_;
  Losses& losses_;
  std::vector<Level> levels_;
  std::vector<std::string> ranks_;
  std::vector<std::string> tensors_;
  std::map<std::string, std::int64_t> rest_;
  std::size_t at_ = 0;  ///< the level whose loops come next
  bool spread_at_ = false;
  bool divides_ = true;
};

}  // namespace

std::optional<Yaml> write_timeloop_mapping(const LeafPath& path, const einsum::Cascade& cascade,
                                           const einsum::Einsum& einsum, const Shapes& shapes,
                                           const arch::Architecture& architecture,
                                           const WrittenMachine& machine, Losses& losses) {
  return Writer(path, cascade, einsum, shapes, architecture, machine, losses).run();
}

}  // namespace attnsim::exchange
