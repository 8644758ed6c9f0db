#include "sim/walker.h"

#include <algorithm>
#include <limits>

namespace attnsim::sim {
namespace {

constexpr auto unlimited = std::numeric_limits<std::int64_t>::max();

/// How often `step` can be added to a slack that is anywhere in [low, high] without passing one of
/// the thresholds.
std::int64_t steps_between(const std::vector<std::int64_t>& thresholds, std::int64_t low,
                           std::int64_t high, std::int64_t step) {
  const auto above = std::upper_bound(thresholds.begin(), thresholds.end(), low);
  if (above != thresholds.end() && *above <= high) return 0;
  if (step > 0) return above == thresholds.end() ? unlimited : (*above - 1 - high) / step;
  return above == thresholds.begin() ? unlimited : (low - *(above - 1)) / -step;
}

}  // namespace

Walker::Walker(const Program& program)
    : program_(&program),
      index_(program.loops.size()),
      trip_(program.loops.size(), 1),
      instance_(program.loops.size()),
      lag_left_(program.stages.size()),
      beat_at_(program.nests.size()) {
  settle();
}

std::optional<std::uint32_t> Walker::advance() {
  boundary_.reset();
  ++advances_;
  ++place_;
  settle();
  return boundary_;
}

/// Goes on until an operation that exists, or the end.
void Walker::settle() {
  for (;;) {
    const auto& instruction = here();
    switch (instruction.kind) {
      case Instruction::Kind::op:
        if (exists(program_->ops[instruction.arg])) return;
        ++place_;
        break;
      case Instruction::Kind::enter:
        enter(program_->nests[instruction.arg]);
        ++place_;
        break;
      case Instruction::Kind::stage:
        place_ = lag_left_[instruction.arg] == 0 ? place_ + 1 : instruction.target;
        break;
      case Instruction::Kind::beat:
        place_ = beat(instruction.arg) ? program_->nests[instruction.arg].body : place_ + 1;
        break;
      case Instruction::Kind::end:
        return;
    }
  }
}

void Walker::enter(const FlatNest& nest) {
  for (auto s = nest.stages.first; s != nest.stages.last; ++s) {
    const auto& stage = program_->stages[s];
    lag_left_[s] = stage.lag;
    restart(stage.slots, stage.slots + nest.loops);
  }
}

/// Ends a beat; false when that was the nest's last one. All slots are then 0 again, and so are
/// those of a stage that has finished before the others.
bool Walker::beat(std::uint32_t number) {
  const auto& nest = program_->nests[number];
  if (beat_at_[number] == advances_) leap_over_idle_beats(nest);
  beat_at_[number] = advances_;

  bool running = false;
  for (auto s = nest.stages.first; s != nest.stages.last; ++s) {
    if (lag_left_[s] == finished) continue;
    if (lag_left_[s] > 0) {
      --lag_left_[s];
      running = true;
      continue;
    }
    const auto& stage = program_->stages[s];
    const auto stepped = step(stage.slots, stage.slots + nest.loops);
    if (!stepped) lag_left_[s] = finished;
    running = running || stepped.has_value();
    if (stepped && s == nest.lead) note_boundary(*stepped);
  }
  if (!running)
    std::fill(lag_left_.begin() + nest.stages.first, lag_left_.begin() + nest.stages.last, 0);
  return running;
}

/// This advance() has been through a whole iteration without finding an operation. While no
/// innermost index leaves its interior, no region changes its status anywhere in the iteration, and
/// no stage starts, the following ones have none either.
std::int64_t Walker::further_idle_beats(const FlatNest& nest) const {
  auto beats = unlimited;
  for (auto s = nest.stages.first; s != nest.stages.last; ++s) {
    if (lag_left_[s] == finished) continue;
    if (lag_left_[s] > 0) {
      beats = std::min(beats, lag_left_[s] - 1);
      continue;
    }
    if (nest.loops == 0) return 0;
    const auto innermost = program_->stages[s].slots + nest.loops - 1;
    if (index_[innermost] == 0) return 0;
    beats = std::min(beats, trip_[innermost] - 2 - index_[innermost]);
    if (beats > 0) beats = std::min(beats, room(innermost, 0, 1));
  }
  return beats;
}

void Walker::leap_over_idle_beats(const FlatNest& nest) {
  const auto beats = further_idle_beats(nest);
  if (beats <= 0) return;
  for (auto s = nest.stages.first; s != nest.stages.last; ++s) {
    if (lag_left_[s] == finished) continue;
    if (lag_left_[s] > 0) {
      lag_left_[s] -= beats;
    } else {
      index_[program_->stages[s].slots + nest.loops - 1] += beats;
    }
  }
}

std::int64_t Walker::room(std::uint32_t slot, std::int64_t span, std::int64_t stride) const {
  auto times = unlimited;
  const auto& pulls = program_->loops[slot].pulls;
  for (auto i = pulls.first; i != pulls.last && times > 0; ++i) {
    const auto& [number, factor, lowest, highest] = program_->pulls[i];
    const auto& [terms, limit, thresholds] = program_->regions[number];
    auto slack = limit;  // of the present index, with the loops inside it at their first iterations
    for (auto t = terms.first; t != terms.last && program_->terms[t].slot <= slot; ++t)
      slack -= program_->terms[t].factor * index_[program_->terms[t].slot];
    const auto [low, high] = std::minmax({slack, slack + factor * span});
    times =
        std::min(times, steps_between(thresholds, low + lowest, high + highest, -factor * stride));
  }
  return times;
}

bool Walker::all_last(Range slots) const {
  return std::all_of(program_->slots.begin() + slots.first, program_->slots.begin() + slots.last,
                     [&](auto slot) { return in_last(slot); });
}

void Walker::restart(std::uint32_t first, std::uint32_t last) {
  for (auto slot = first; slot != last; ++slot) {
    const auto& loop = program_->loops[slot];
    const auto& under = loop.ragged_under;
    index_[slot] = 0;
    trip_[slot] = under.first != under.last && all_last(under) ? loop.tail_trip : loop.trip;
    ++instance_[slot];
  }
}

/// Next iteration of the loops [first, last), the last one being the innermost; returns the loop
/// that went on, or none (and all at 0) after the last iteration.
std::optional<std::uint32_t> Walker::step(std::uint32_t first, std::uint32_t last) {
  for (auto slot = last; slot != first;) {
    --slot;
    if (++index_[slot] < trip_[slot]) {
      restart(slot + 1, last);
      return slot;
    }
    index_[slot] = 0;
  }
  return std::nullopt;
}

/// A slot of an outer nest, or of an outer loop of the same nest, has the lower number.
void Walker::note_boundary(std::uint32_t slot) {
  boundary_ = boundary_ ? std::min(*boundary_, slot) : slot;
}

void Walker::append_control(std::vector<std::int64_t>& key) const {
  key.push_back(place_);
  for (const auto stage : program_->lagged) key.push_back(lag_left_[stage]);
}

}  // namespace attnsim::sim
