#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "mappings/lowered.h"
#include "mappings/schedule.h"

/// What each unit did when, as plain values: for traces and for charts. Times are virtual: a run
/// that leaps over periods has the times of one that does not.
namespace attnsim::sim {

/// A stretch of time, in cycles: what overlaps it is kept.
struct Window {
  std::int64_t begin = 0;
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
  bool operator==(const Window&) const = default;
};

/// A unit, memory port or channel; in the order of the machine.
struct Lane {
  std::string name;
  bool port = false;  ///< a memory port or channel
};

/// What slices show: one shape of the tile of one operation, at one place of its unit's program.
struct Work {
  std::uint32_t lane = 0;  ///< into Timeline::lanes
  std::string name;        ///< Einsum or transfer: "QK", "load K", "store AV"
  mappings::OpId op{};
  std::uint32_t variant = 0;       ///< of the tile's shape: 0 is the whole one
  std::vector<std::string> ranks;  ///< of the loops around it, outermost first
  /// What one execution does: bytes and operations by tensor; from Lowered (describe()).
  std::vector<mappings::Action> actions;
};

/// One execution: the unit was occupied from start to end. Slices of a lane do not overlap.
struct Slice {
  std::uint32_t lane = 0;  ///< into Timeline::lanes
  std::uint32_t work = 0;  ///< into Timeline::works
  double start = 0;        ///< cycles; with a fraction where the unit counts in parts of a cycle
  double end = 0;
  std::vector<std::int64_t> iteration;  ///< index of each loop of Work::ranks
  bool operator==(const Slice&) const = default;
};

/// Periods that were leapt over: what lies inside has no slices, save what lanes that were ahead
/// or behind had of it.
struct Skip {
  std::int64_t start = 0;  ///< cycles
  std::int64_t end = 0;
  std::int64_t periods = 0;
  [[nodiscard]] std::int64_t period() const { return (end - start) / periods; }
  bool operator==(const Skip&) const = default;
};

/// How much of a token there is from a cycle on.
struct LevelSample {
  double cycle = 0;
  std::int64_t count = 0;
  bool operator==(const LevelSample&) const = default;
};

/// A token over the window: tiles that are ready and that no operation has begun to use, or slots
/// of a buffer that no operation has begun to fill.
struct Level {
  std::string name;                  ///< of the token
  std::int64_t slots = 0;            ///< of the buffer; 0: tiles that are ready
  std::vector<LevelSample> samples;  ///< the first at the window's begin, then where it changes

  /// What a chart shows of a count: tiles that are ready, or slots that are taken.
  [[nodiscard]] std::int64_t shown(std::int64_t count) const {
    return slots > 0 ? slots - count : count;
  }
};

struct Timeline {
  std::vector<Lane> lanes;
  std::vector<Work> works;
  std::vector<Slice> slices;  ///< by start, then lane, then order of execution
  std::vector<Skip> skips;    ///< by start
  std::vector<Level> levels;  ///< of tokens that both are given and taken; none if there are skips
  Window window;              ///< that was asked for
  std::int64_t cycles = 0;    ///< of the whole run
  /// Slices that overlap the window but were more than the limit; those that are there start no
  /// later than these.
  std::int64_t left_out = 0;
};

/// Fills in, from what the schedule was lowered with, which lanes are ports and what works do.
void describe(Timeline& timeline, const mappings::Lowered& lowered);

/// "m1=3 p1=0"; empty outside of loops.
[[nodiscard]] std::string iteration_text(const Timeline& timeline, const Slice& slice);

}  // namespace attnsim::sim
