#include <algorithm>
#include <optional>
#include <set>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "exchange/loop_nest.h"
#include "exchange/timeloop.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

struct Loop {
  std::string rank;
  std::int64_t count = 1;
  Place place;
};

/// What the directives say of one level.
struct Level {
  std::vector<Loop> loops;         ///< in time, outermost first
  std::vector<Loop> across;        ///< over columns (meshX)
  std::vector<Loop> down;          ///< over rows (meshY)
  std::set<std::string> bypassed;  ///< tensors
  std::optional<Place> place;      ///< of its loops
};

class Reader {
 public:
  Reader(const Yaml& section, const TimeloopProblem& problem, const TimeloopMachine& machine,
         const arch::Architecture& architecture, Losses& losses)
      : section_(section),
        problem_(problem),
        machine_(machine),
        architecture_(architecture),
        losses_(losses),
        levels_(machine.levels.size()) {}

  mappings::Mapping run() {
    for (const auto& item : items_of(section_, "'mapping'")) read_directive(item);
    fill_rests();
    for (auto& [rank, size] : rest_) size = problem_.shapes.at(rank);
    LoopNest nest;
    for (std::size_t i = 0; i < levels_.size(); ++i) add_level(i, nest);
    mappings::Mapping mapping;
    mapping.name = problem_.cascade.name;
    mapping.cascade = problem_.cascade.name;
    mapping.place = section_.place;
    nest.finish(problem_.cascade.einsums.front().name(), unit_name(), section_.place, mapping);
    return mapping;
  }

 private:
  using Kind = TimeloopLevel::Kind;

  void read_directive(const Yaml& item) {
    YamlFields fields(item, "a directive");
    const auto& target = fields.required("target");
    const auto level = level_of(target);
    const auto& type = fields.required("type");
    const auto& word = text_of(type, "'type'");
    if (word == "temporal") {
      read_temporal(fields, level);
    } else if (word == "spatial") {
      read_spatial(fields, level);
    } else if (word == "dataspace" || word == "datatype" || word == "bypass") {
      read_keeping(fields, level);
    } else {
      throw InputError(type.place,
                       "unknown type '" + word + "' (known: temporal, spatial, dataspace)");
    }
    fields.reject_unread();
  }

  std::size_t level_of(const Yaml& target) const {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < machine_.levels.size(); ++i) {
      if (machine_.levels[i].source == text_of(target, "'target'")) return i;
      known.push_back(machine_.levels[i].source);
    }
    throw InputError(target.place, "the architecture has no level '" + target.text + "'" +
                                       did_you_mean(target.text, known) +
                                       " (known: " + join(known) + ")");
  }

  std::string rank_of(const std::string& dimension, const Place& place) const {
    const auto found = problem_.names.ranks.find(dimension);
    if (found != problem_.names.ranks.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [source, rank] : problem_.names.ranks) known.push_back(source);
    throw InputError(place, "the problem has no dimension '" + dimension + "'" +
                                did_you_mean(dimension, known) + " (known: " + join(known) + ")");
  }

  /// The loops of a directive, outermost first: `permutation` goes from the inside out; what it
  /// does not name stands outside, in the order of the factors.
  std::vector<Loop> read_loops(YamlFields& fields) {
    std::vector<Loop> loops;
    if (const auto* factors = fields.optional("factors")) {
      for (const auto& factor : read_factors(*factors)) {
        loops.push_back({rank_of(factor.dimension, factor.place), factor.count, factor.place});
      }
    }
    const auto order = read_permutation(fields);
    std::stable_sort(loops.begin(), loops.end(), [&](const Loop& a, const Loop& b) {
      return position(order, a.rank) > position(order, b.rank);
    });
    return loops;
  }

  static std::size_t position(const std::vector<std::string>& order, const std::string& rank) {
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), rank) - order.begin());
  }

  /// Ranks from the inside out: [K, M, N], or "KMN" where all dimensions are single letters.
  std::vector<std::string> read_permutation(YamlFields& fields) {
    const auto* const yaml = fields.optional("permutation");
    if (yaml == nullptr) return {};
    std::vector<std::string> order;
    for (const auto& word : words_of(*yaml, "'permutation'")) {
      if (problem_.names.ranks.contains(word.text) || word.text.size() < 2) {
        order.push_back(rank_of(word.text, word.place));
        continue;
      }
      for (const char letter : word.text) order.push_back(rank_of({letter}, word.place));
    }
    return order;
  }

  void read_temporal(YamlFields& fields, std::size_t level) {
    if (machine_.levels[level].kind != Kind::memory) {
      fields.fail("is temporal, and its target is no memory");
    }
    auto& known = levels_[level];
    if (known.place) fields.fail("is the second temporal one of its target");
    known.place = fields.place();
    known.loops = read_loops(fields);
  }

  void read_spatial(YamlFields& fields, std::size_t level) {
    const auto split = split_of(fields);
    const auto order = read_permutation(fields);
    for (const auto& loop : read_loops(fields)) {
      const auto at = std::min(position(order, loop.rank), order.size());
      const auto fanout = fanout_at(level, loop);
      const auto& mesh = machine_.levels[fanout].fanout;
      const bool across = mesh.rows == 1 || (mesh.columns > 1 && at < split);
      (across ? levels_[fanout].across : levels_[fanout].down).push_back(loop);
    }
  }

  static std::size_t split_of(YamlFields& fields) {
    const auto* const split = fields.optional("split");
    if (split == nullptr) return std::string::npos;
    const auto number = number_of(*split, "'split'");
    if (!(number >= 0) || number > 1000) throw InputError(split->place, "'split' is a position");
    return static_cast<std::size_t>(number);
  }

  /// v0.4 targets the container that is there many times, older files the memory above it.
  [[nodiscard]] std::size_t fanout_at(std::size_t level, const Loop& loop) const {
    auto at = level;
    if (machine_.levels[at].kind == Kind::memory) ++at;
    if (at < levels_.size() && machine_.levels[at].kind == Kind::fanout) return at;
    if (loop.count == 1) return level;
    throw InputError(loop.place, "'" + machine_.levels[level].source +
                                     "' is there once: nothing to spread " + loop.rank + " over");
  }

  void read_keeping(YamlFields& fields, std::size_t level) {
    std::set<std::string> kept;
    if (const auto* keep = fields.optional("keep")) {
      for (const auto& word : words_of(*keep, "'keep'")) kept.insert(tensor_of(word));
    }
    if (const auto* bypass = fields.optional("bypass")) {
      for (const auto& word : words_of(*bypass, "'bypass'")) {
        const auto tensor = tensor_of(word);
        if (kept.contains(tensor)) {
          throw InputError(word.place, "'" + word.text + "' is kept and bypassed");
        }
        levels_[level].bypassed.insert(tensor);
        if (level == 0) {
          losses_.push_back({word.place, "'" + word.text +
                                             "' bypasses the outermost memory, where "
                                             "attnsim has all inputs and outputs"});
        }
      }
    }
  }

  std::string tensor_of(const Yaml& word) const {
    const auto found = problem_.names.tensors.find(word.text);
    if (found != problem_.names.tensors.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [source, tensor] : problem_.names.tensors) known.push_back(source);
    throw InputError(word.place, "the problem has no data space '" + word.text + "'" +
                                     did_you_mean(word.text, known) + " (known: " + join(known) +
                                     ")");
  }

  std::vector<Loop*> all_loops(const std::string& rank) {
    std::vector<Loop*> found;
    for (auto& level : levels_) {
      for (auto* loops : {&level.loops, &level.across, &level.down}) {
        for (auto& loop : *loops) {
          if (loop.rank == rank) found.push_back(&loop);
        }
      }
    }
    return found;
  }

  /// A factor of 0 is what the others leave. All of a dimension's factors multiply to its size.
  void fill_rests() {
    for (const auto& [source, rank] : problem_.names.ranks) {
      const auto size = problem_.shapes.at(rank);
      rest_[rank] = size;
      std::int64_t product = 1;
      Loop* open = nullptr;
      for (auto* loop : all_loops(rank)) {
        if (loop->count == 0) {
          if (open != nullptr) throw InputError(loop->place, source + " has two factors of 0");
          open = loop;
        } else if (__builtin_mul_overflow(product, loop->count, &product)) {
          throw InputError(loop->place, "the factors of " + source + " are too large");
        }
      }
      if (open != nullptr && size % product == 0) {
        open->count = size / product;
        product = size;
      }
      if (product != size) {
        throw InputError(open == nullptr ? section_.place : open->place,
                         "the factors of " + source + " multiply to " + std::to_string(product) +
                             ", and its size is " + std::to_string(size));
      }
    }
  }

  [[nodiscard]] bool is_last_fanout(std::size_t i) const {
    return std::none_of(machine_.levels.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                        machine_.levels.end(),
                        [](const TimeloopLevel& level) { return level.kind == Kind::fanout; });
  }

  [[nodiscard]] bool is_spread(const std::string& rank) const {
    return std::any_of(levels_.begin(), levels_.end(), [&](const Level& level) {
      const auto is = [&](const Loop& loop) { return loop.rank == rank && loop.count > 1; };
      return std::any_of(level.across.begin(), level.across.end(), is) ||
             std::any_of(level.down.begin(), level.down.end(), is);
    });
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
    if (i > 0 && memory != nullptr) add_keep(i, in_unit, nest);
    if (below_all_fanouts(i)) return;  // its loops run inside the tile operation
    for (const auto& loop : levels_[i].loops) {
      if (!in_unit)
        add_loop(loop, nest);
      else
        hoist_later(loop);
    }
  }

  /// Loops between two fan-outs stand outside of both.
  void hoist_later(const Loop& loop) { hoisted_.push_back(loop); }

  [[nodiscard]] bool below_all_fanouts(std::size_t i) const {
    if (i == 0) return false;
    const auto memories_below =
        std::any_of(machine_.levels.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                    machine_.levels.end(), [](const TimeloopLevel&) { return true; });
    const bool any_fanout = std::any_of(
        machine_.levels.begin(), machine_.levels.begin() + static_cast<std::ptrdiff_t>(i),
        [](const TimeloopLevel& level) { return level.kind == Kind::fanout; });
    return is_last_fanout(i) && (any_fanout || !memories_below);
  }

  void add_keep(std::size_t i, bool in_unit, LoopNest& nest) {
    std::vector<std::string> tensors;
    for (const auto& tensor : problem_.cascade.tensors) {
      if (levels_[i].bypassed.contains(tensor.name)) continue;
      // Operands are in the PEs' registers while an operation runs, without a keep.
      if (in_unit && tensor.kind == einsum::Tensor::Kind::input) continue;
      tensors.push_back(tensor.name);
    }
    for (const auto& tensor : tensors) {
      nest.add_keep(keep_of({tensor}, machine_.levels[i].name, machine_.levels[i].buffers,
                            levels_[i].place.value_or(section_.place)));
    }
  }

  /// Loops inside the array over a rank that is spread over it cannot stand inside the spread.
  void spread(std::size_t i, LoopNest& nest) {
    for (std::size_t below = i + 1; below < levels_.size(); ++below) {
      for (const auto& loop : levels_[below].loops) {
        if (loop.count > 1 && is_spread(loop.rank)) hoisted_.push_back(loop);
      }
    }
    for (const auto& loop : hoisted_) {
      if (loop.count == 1) continue;
      add_loop(loop, nest);
      losses_.push_back({loop.place, "the loop over " + loop.rank +
                                         " inside the array stands outside of it: each PE gets "
                                         "other coordinates, as many as before"});
    }
    for (const auto& [loops, along] : {std::pair{&pending_down_, mappings::Along::rows},
                                       std::pair{&pending_across_, mappings::Along::columns}}) {
      add_spatial(*loops, along, nest);
    }
  }

  void add_spatial(const std::vector<Loop>& loops, mappings::Along along, LoopNest& nest) {
    const Loop* taken = nullptr;
    for (const auto& loop : loops) {
      if (loop.count == 1) continue;
      if (taken != nullptr && taken->rank != loop.rank) {
        throw InputError(loop.place, "spreads " + loop.rank + " where " + taken->rank +
                                         " is spread: attnsim spreads one rank over the rows and "
                                         "one over the columns");
      }
      if (taken == nullptr && !spread_.insert(loop.rank).second) {
        throw InputError(loop.place, "spreads " + loop.rank +
                                         " over rows and columns: attnsim "
                                         "spreads a rank over one of them");
      }
      if (taken == nullptr) nest.add_spatial(loop.rank, {along}, false, loop.place);
      taken = &loop;
    }
  }

  [[nodiscard]] std::string unit_name() {
    const auto names = architecture_.unit_names();
    if (names.size() > 1) {
      losses_.push_back(
          {section_.place, "the machine has several units: '" + names.front() + "' computes all"});
    }
    return names.front();
  }

  const Yaml& section_;
  const TimeloopProblem& problem_;
  const TimeloopMachine& machine_;
  const arch::Architecture& architecture_;
  Losses& losses_;
  std::vector<Level> levels_;
  std::map<std::string, std::int64_t> rest_;  ///< coordinates that the loops so far leave
  std::vector<Loop> pending_across_;
  std::vector<Loop> pending_down_;
  std::vector<Loop> hoisted_;
  std::set<std::string> spread_;
};

}  // namespace

mappings::Mapping read_timeloop_mapping(const Yaml& section, const TimeloopProblem& problem,
                                        const TimeloopMachine& machine,
                                        const arch::Architecture& architecture, Losses& losses) {
  return Reader(section, problem, machine, architecture, losses).run();
}

}  // namespace attnsim::exchange
