#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/components.h"
#include "einsum/cascade.h"
#include "mappings/lowered.h"
#include "mappings/mapping.h"
#include "mappings/problem.h"
#include "mappings/schedule.h"

/// The working value between a mapping and its Schedule: the loop tree with sizes filled in, its
/// operations, and the dependencies between them. Private to mappings/ (and to `show`).
namespace attnsim::mappings {

enum class LoopId : std::size_t {};
enum class KeepId : std::size_t {};
enum class PlanOpId : std::size_t {};

struct PlanLoop {
  std::int64_t tile = 1;  ///< coordinates of one iteration
  Extent rest;            ///< what one iteration leaves for the loops and leaves below
  Loop loop;              ///< as the Schedule has it
  Place place;
};

struct PlanKeep {
  Keep spec;
  std::string tensor_list;   ///< for messages
  std::vector<LoopId> path;  ///< loops above the keep, outermost first
  const arch::MemorySpec* memory = nullptr;
  std::int64_t buffers = 1;  ///< resolved; for "fit" the greatest number that a use asks for
  std::size_t phase = 0;     ///< child of the outermost `<sequence>`, from 1; 0: outside
  std::string fused;         ///< rank of the `<fuse>` it stands in: one coordinate at a time
};

/// One Einsum at its place in the tree.
struct PlanLeaf {
  const einsum::Einsum* einsum = nullptr;
  Place place;
  std::map<std::string, Extent> tile;           ///< per rank that the Einsum iterates over
  std::map<std::string, std::int64_t> spatial;  ///< per rank spread over the unit: PEs it takes
  std::int64_t latency = 0;                     ///< of its spatial reductions, in cycles
};

/// What a transfer moves.
struct Move {
  enum class Kind { load, store, spill, feed };
  std::string tensor;
  Kind kind = Kind::load;
  einsum::Access access;  ///< how the Einsum beside it reads or writes the tensor
  bool refill = false;    ///< of a load: brings back what that Einsum has begun to sum
};

struct PlanOp {
  std::string name;
  std::string unit;
  Place place;
  std::vector<LoopId> path;      ///< loops around it, outermost first
  std::vector<KeepId> keeps;     ///< in scope, outermost first
  std::vector<PlanLeaf> leaves;  ///< one Einsum, or a fused group; empty for transfers
  std::optional<Move> move;
  std::optional<std::int64_t> fixed_lag;  ///< of its stage, where the mapping gives it
  TileOp op;                              ///< guard, tokens, costs
  std::vector<Actions> actions;           ///< per variant of op.costs
  std::vector<Actions> reused;  ///< per variant: of the accesses, those to tiles that stay
};

struct PlanNest;
/// All units in `units` wait for each other.
struct Join {
  std::vector<LoopId> path;
  std::vector<std::string> units;
};
using PlanItem = std::variant<PlanOpId, PlanNest, Join>;

struct PlanStage {
  std::int64_t lag = 0;
  bool stores = false;                    ///< holds the stores of the nest's results
  std::optional<std::int64_t> fixed_lag;  ///< where the mapping gives it
  std::optional<LoopId> zipped;           ///< of a zipped pipeline: the stage's own innermost loop
  std::vector<PlanItem> body;
};

struct PlanNest {
  std::vector<LoopId> loops;
  std::vector<PlanStage> stages;
  Place place;
  std::optional<Size> depth;  ///< where the mapping has a `<pipeline>`
};

/// How `to` reads a tensor that is generative along a rank.
enum class Reading {
  same,     ///< at the coordinate that this iteration makes (also: tensors that are not generative)
  carried,  ///< at the coordinate that the iteration before made
  final     ///< at the end, when the rank has been walked
};

/// A dependency: `to` reads what `from` makes.
struct PlanEdge {
  PlanOpId from{};
  PlanOpId to{};
  std::string tensor;
  Reading reading = Reading::same;
  bool data = true;            ///< false: only the space is handed on (in-place tensors)
  bool credit = true;          ///< the space is given back along this edge
  std::optional<KeepId> keep;  ///< where the data waits; none: in a staging buffer of its own
  int shared = 0;              ///< number of loops around both
  std::int64_t inner = 1;      ///< tiles that pass in one iteration of the shared loops
  std::int64_t pieces = 1;     ///< tiles of the edge in one tile of the keep
  std::int64_t slots = 1;      ///< tiles that may wait, resolved
  bool fit = false;            ///< slots are for the pipeline to choose
};

/// A transfer that goes with each execution of an operation: a spilled share that follows it, or
/// its operands on a channel before it.
struct Companion {
  PlanOpId op{};
  PlanOpId transfer{};
  bool before = false;
  std::string memory;      ///< of the tiles
  std::int64_t slots = 2;  ///< executions by which one may run ahead of the other
};

/// An intermediate that goes off chip and comes back. Both are transfers of one unit, in its order:
/// nothing but that order keeps the load behind the store.
struct RoundTrip {
  PlanOpId store{};
  PlanOpId load{};
  bool refill = false;  ///< unfinished sums, which come back to what makes them, a round later
};

struct Plan {
  IdVector<LoopId, PlanLoop> loops;
  IdVector<KeepId, PlanKeep> keeps;
  IdVector<PlanOpId, PlanOp> ops;
  std::vector<PlanItem> body;
  std::vector<PlanEdge> edges;
  std::vector<RoundTrip> round_trips;
  std::vector<Companion> companions;
  std::vector<FootprintLine> footprint;
  std::map<std::string, double> spilled;  ///< share of the tiles kept at a memory that spills
};

}  // namespace attnsim::mappings
