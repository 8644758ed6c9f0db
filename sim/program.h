#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "mappings/schedule.h"

namespace attnsim::sim {

/// Entries [first, last) of one of a Program's tables.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// One loop index of a unit is a *slot*: a loop has one slot per stage of its nest, because every
/// stage stands at an iteration of its own.
struct FlatLoop {
  std::int64_t trip = 1;
  std::int64_t tail_trip = 1;
  Range ragged_under;        ///< into Program::slots
  Range pulls;               ///< into Program::pulls
  std::int32_t parent = -1;  ///< slot of the next loop outwards on the path; -1: none
  std::string_view rank;     ///< of the UnitProgram, which must outlive it
};

struct FlatTerm {
  std::uint32_t slot = 0;
  std::int64_t factor = 0;  ///< not 0
};

/// A region of one or more operations of a stage. Its *slack* at a cursor is limit - sum of terms;
/// all that a walk ever asks is whether the slack is at least one of the `thresholds`: 0 (is the
/// cursor inside?) or the step to a neighbour (is that inside?). Cursors with the same number of
/// thresholds at or below their slack are of one *status*: the walk cannot tell them apart.
struct FlatRegion {
  Range terms;  ///< into Program::terms, outermost slot first
  std::int64_t limit = 0;
  std::vector<std::int64_t> thresholds;  ///< ascending
};

/// What one loop does to one region.
struct FlatPull {
  std::uint32_t region = 0;
  std::int64_t factor = 0;  ///< an iteration further the slack is less by this; not 0
  /// What the loops inside this one can add to the slack that it has at their first iterations.
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
};

/// A neighbour at which an operation would not exist if the slack is below `threshold`.
struct FlatRim {
  std::uint32_t region = 0;
  std::int64_t threshold = 0;  ///< > 0
};

struct FlatEdge {
  std::uint32_t slot = 0;
  mappings::Edge::Kind kind{};
  Range rims;  ///< into Program::rims: where the neighbour leaves the operation's regions
};

struct FlatUse {
  mappings::TokenId token{};
  std::int64_t count = 1;
  Range when;  ///< into Program::edges
};

/// An operation at one place of the tree; an operation that stands at two places has two of these.
struct FlatOp {
  Range where;                 ///< into Program::where
  Range when;                  ///< into Program::edges
  Range waits;                 ///< into Program::uses
  Range releases;              ///< into Program::uses
  Range signals;               ///< into Program::uses
  Range ragged;                ///< into Program::slots
  std::uint32_t variants = 0;  ///< its first shape in Program::costs
  mappings::OpId id{};
  std::int32_t loop = -1;  ///< slot of the innermost loop around it; -1: none
};

struct FlatStage {
  std::int64_t lag = 0;     ///< behind the leading stage of its nest
  std::uint32_t slots = 0;  ///< slot of the nest's outermost loop
};

struct FlatNest {
  Range stages;
  std::uint32_t loops = 0;
  std::uint32_t lead = 0;  ///< a stage of lag 0
  std::uint32_t body = 0;  ///< where a beat starts in Program::code
};

/// `op`: stop here if the operation exists. `enter`: start a nest. `stage`: pass on to `target`
/// unless the stage is in an iteration. `beat`: next iteration of every stage of a nest, or leave
/// it. `end`: the program is over. `arg` is the number of the operation, nest or stage.
struct Instruction {
  enum class Kind : std::uint8_t { op, enter, stage, beat, end };
  Kind kind = Kind::end;
  std::uint32_t arg = 0;
  std::uint32_t target = 0;
};

/// A unit's program as flat tables, in the order in which a walk reads them.
struct Program {
  std::int64_t subcycles = 1;
  std::vector<Instruction> code;
  std::vector<FlatOp> ops;
  std::vector<FlatUse> uses;
  std::vector<FlatEdge> edges;
  std::vector<FlatRim> rims;
  std::vector<std::uint32_t> where;  ///< lists of regions
  std::vector<FlatRegion> regions;   ///< no two alike
  std::vector<FlatTerm> terms;
  std::vector<FlatPull> pulls;
  std::vector<FlatNest> nests;
  std::vector<FlatStage> stages;
  std::vector<std::uint32_t> lagged;  ///< stages of nests in which any stage lags
  std::vector<FlatLoop> loops;        ///< one per slot
  std::vector<std::uint32_t> slots;   ///< lists of slots that others refer to
  std::vector<mappings::Cost> costs;
  std::vector<std::uint32_t> first_cost;  ///< of each OpId, into costs
};

/// @throws std::logic_error naming unit and operation where the program is malformed: a depth that
/// is not on the path, a trip below 1, a negative time, costs that do not fit `ragged`.
[[nodiscard]] Program flatten(const mappings::UnitProgram& unit);

}  // namespace attnsim::sim
