#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/program.h"

namespace attnsim::sim {

/// A walk through one unit's program that can stop at every operation. All of its state lives here
/// (and none on a coroutine's stack), so that a leap over periods of a loop only has to add to
/// `counters`.
class Walker {
 public:
  /// Stands at the first operation. `program` must outlive the walker and not move.
  explicit Walker(const Program& program);

  [[nodiscard]] bool done() const { return here().kind == Instruction::Kind::end; }
  /// The operation to run now; not when done().
  [[nodiscard]] const FlatOp& op() const { return program_->ops[here().arg]; }
  /// Which shape of its tile op() has now: an entry of Program::costs.
  [[nodiscard]] std::uint32_t variant() const;
  /// Whether all edges of a guard hold at the present iteration, at which its operation exists or
  /// at least is inside its regions.
  [[nodiscard]] bool admits(Range when) const;

  /// Goes to the next operation that exists. Returns the slot of the outermost loop of which a
  /// nest's leading stage finished an iteration on the way without leaving the loop, if any.
  std::optional<std::uint32_t> advance();

  /// Index of every slot; 0 while the slot's nest is not being walked.
  [[nodiscard]] const std::vector<std::int64_t>& counters() const { return index_; }
  [[nodiscard]] std::int64_t trip(std::uint32_t slot) const { return trip_[slot]; }
  /// Moves a loop index, which must stay in the loop's interior before and after.
  void add_to_counter(std::uint32_t slot, std::int64_t iterations) { index_[slot] += iterations; }
  /// Changes whenever the loop starts again.
  [[nodiscard]] std::uint64_t instance(std::uint32_t slot) const { return instance_[slot]; }

  /// Let the index of `slot` have gone on by `span` to where it is while the loops around it stood
  /// still and those inside it were anywhere. How often it can go on by `stride` more, before any
  /// region that it pulls at could have another status than it has had all the while, at some index
  /// in between; 0 if it may already have had two. See FlatRegion for the status.
  [[nodiscard]] std::int64_t room(std::uint32_t slot, std::int64_t span, std::int64_t stride) const;

  /// Everything but the counters that decides how the walk goes on: place and state of the stages.
  void append_control(std::vector<std::int64_t>& key) const;
  [[nodiscard]] const Program& program() const { return *program_; }

 private:
  static constexpr std::int64_t finished = -1;

  [[nodiscard]] const Instruction& here() const { return program_->code[place_]; }
  [[nodiscard]] bool in_last(std::uint32_t slot) const { return index_[slot] + 1 == trip_[slot]; }
  [[nodiscard]] bool all_last(Range slots) const;
  [[nodiscard]] std::int64_t slack(std::uint32_t region) const;
  [[nodiscard]] bool inside(Range where) const;
  [[nodiscard]] bool exists(const FlatOp& op) const { return inside(op.where) && admits(op.when); }
  [[nodiscard]] bool at_rim(Range rims) const;
  void settle();
  void enter(const FlatNest& nest);
  bool beat(std::uint32_t number);
  [[nodiscard]] std::int64_t further_idle_beats(const FlatNest& nest) const;
  void leap_over_idle_beats(const FlatNest& nest);
  void restart(std::uint32_t first, std::uint32_t last);
  std::optional<std::uint32_t> step(std::uint32_t first, std::uint32_t last);
  void note_boundary(std::uint32_t slot);

  const Program* program_;
  std::uint32_t place_ = 0;
  std::vector<std::int64_t> index_;      ///< by slot
  std::vector<std::int64_t> trip_;       ///< by slot: the trip in force
  std::vector<std::uint64_t> instance_;  ///< by slot
  std::vector<std::int64_t> lag_left_;   ///< by stage: beats until it starts, 0: on, or finished
  std::vector<std::uint64_t> beat_at_;   ///< by nest: the advance() that last ended a beat
  std::uint64_t advances_ = 1;
  std::optional<std::uint32_t> boundary_;
};

inline std::int64_t Walker::slack(std::uint32_t region) const {
  const auto& [terms, limit, thresholds] = program_->regions[region];
  auto result = limit;
  for (auto i = terms.first; i != terms.last; ++i) {
    const auto& term = program_->terms[i];
    result -= term.factor * index_[term.slot];
  }
  return result;
}

inline bool Walker::inside(Range where) const {
  for (auto i = where.first; i != where.last; ++i)
    if (slack(program_->where[i]) < 0) return false;
  return true;
}

inline bool Walker::at_rim(Range rims) const {
  for (auto i = rims.first; i != rims.last; ++i)
    if (slack(program_->rims[i].region) < program_->rims[i].threshold) return true;
  return false;
}

inline bool Walker::admits(Range when) const {
  for (auto i = when.first; i != when.last; ++i) {
    const auto& edge = program_->edges[i];
    const bool end_of_loop =
        edge.kind == mappings::Edge::Kind::first || edge.kind == mappings::Edge::Kind::not_first
            ? index_[edge.slot] == 0
            : in_last(edge.slot);
    const bool first_or_last = end_of_loop || at_rim(edge.rims);
    const bool negated =
        edge.kind == mappings::Edge::Kind::not_first || edge.kind == mappings::Edge::Kind::not_last;
    if (first_or_last == negated) return false;
  }
  return true;
}

inline std::uint32_t Walker::variant() const {
  const auto& current = op();
  std::uint32_t bits = 0;
  for (auto i = current.ragged.first; i != current.ragged.last; ++i) {
    if (in_last(program_->slots[i])) bits |= 1U << (i - current.ragged.first);
  }
  return current.variants + bits;
}

}  // namespace attnsim::sim
