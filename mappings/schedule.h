#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"

/// What a mapping becomes once cascade, shapes and architecture are known: one in-order program
/// per unit, joined by counting tokens. No SystemC, no XML, no Einsum: a value that a test can
/// write by hand. Times are integer; a unit may count in fractions of a cycle (`subcycles`).
namespace attnsim::mappings {

enum class UnitId : std::size_t {};
enum class TokenId : std::size_t {};
enum class OpId : std::size_t {};

/// A counting token: data that is ready, or a buffer slot that is free. At most one unit gives it
/// and at most one takes it. Counts are taken in the order of giving: one that is given later
/// overtakes nobody, even if it arrives earlier.
struct Token {
  std::string name;          ///< e.g. "K full", "K free"; for deadlock reports and traces
  std::int64_t initial = 0;  ///< count at time 0 (the slots of a buffer; 0 for data)
};

/// One loop of a nest. `depth` of a loop is its position on the path from the program's root, the
/// outermost loop being 0: guards and ragged shapes name loops by depth.
struct Loop {
  std::string rank;
  std::int64_t trip = 1;  ///< iterations; >= 1
  /// Iterations when every loop of `ragged_under` is in its last iteration (the rest of a rank
  /// that its tile does not divide); equal to `trip` where the tile divides.
  std::int64_t tail_trip = 1;
  /// Depths of outer loops over the same rank, each smaller than the loop's own depth; empty: never
  /// ragged.
  std::vector<int> ragged_under;
  bool operator==(const Loop&) const = default;
};

/// A linear condition on a cursor: the sum over `terms` of factor x index of the loop at `depth` is
/// at most `limit`. E.g. a causal mask: key - query <= 0.
struct Region {
  struct Term {
    int depth = 0;
    std::int64_t factor = 0;
    bool operator==(const Term&) const = default;
  };
  std::vector<Term> terms;
  std::int64_t limit = 0;
  bool operator==(const Region&) const = default;
};

/// One condition on a cursor: the loop at `depth` is in its first / last / not first / not last
/// iteration, for the operation that has the edge. It is the first one if the same cursor with that
/// index one less is outside the loop's range or the operation's `where`; the last one likewise
/// with one more. Regions are convex, so this is the first or last iteration of that loop at which
/// the operation can exist while the other loops stand still.
struct Edge {
  enum class Kind { first, last, not_first, not_last };
  int depth = 0;
  Kind kind = Kind::first;
  bool operator==(const Edge&) const = default;
};

/// A conjunction of edges; empty means always.
using Guard = std::vector<Edge>;

/// Waiting for, or giving, `count` of a token at the iterations that `when` admits.
struct TokenUse {
  TokenId token{};
  std::int64_t count = 1;  ///< >= 1
  Guard when;
};

/// What one execution of an operation costs in one shape of its tile.
struct Cost {
  /// Time until the unit can start its next operation, in subcycles of the unit.
  std::int64_t occupancy = 0;
  /// The result is there this many whole cycles after the occupancy ends.
  std::int64_t latency = 0;
};

/// A tile operation or a transfer: what a unit does at one place of its program.
/// Life of one execution: all `waits` are taken in order as they become available (the unit
/// blocks in order); the unit is busy for `occupancy`; `releases` are given when the occupancy
/// ends (rounded up to a whole cycle); `signals` are given `latency` cycles later. Within one
/// operation all releases come before all signals in a token's order of giving.
struct TileOp {
  std::string name;  ///< Einsum or transfer, e.g. "SLN", "load K"
  /// The operation exists at the iterations that satisfy all regions of `where` and all edges of
  /// `when`. The others take no time. Indices are those of the operation's own stage and of the
  /// nests around it.
  std::vector<Region> where;
  Guard when;
  std::vector<TokenUse> waits;
  std::vector<TokenUse> releases;
  std::vector<TokenUse> signals;
  /// Depths of the loops whose last iteration changes the tile's shape. Bit i of the index into
  /// `costs` is set when the loop `ragged[i]` is in its last iteration: costs.size() == 2^ragged.
  /// That of the loop, whatever `where` says: tiles are ragged at the end of their rank.
  std::vector<int> ragged;
  std::vector<Cost> costs{Cost{}};
};

struct Nest;

/// A node of a program: an operation (index into UnitProgram::ops) or a nest.
using Node = std::variant<OpId, Nest>;

/// The part of a nest's body that runs `lag` iterations behind.
struct Stage {
  std::int64_t lag = 0;  ///< >= 0; only differences within a nest matter
  std::vector<Node> body;
};

/// A perfect nest of loops, walked as one flat stream of iterations ("beats"): at beat t, every
/// stage in order runs its body for iteration t - lag, if that is an iteration of the nest. A nest
/// with one stage of lag 0 is an ordinary loop nest; lags are software pipelining. The walk has
/// (iterations + greatest lag - least lag) beats. A nest without loops runs its stages once.
struct Nest {
  std::vector<Loop> loops;  ///< outermost first
  std::vector<Stage> stages;
};

/// The program of one in-order unit: nodes run one after another.
struct UnitProgram {
  std::string unit;            ///< name of the component: "array2d", "dram", ...
  std::int64_t subcycles = 1;  ///< resolution of occupancies: this many to a cycle
  std::vector<Node> body;
  IdVector<OpId, TileOp> ops;
};

/// Everything a simulation of the machine needs, and nothing else.
struct Schedule {
  IdVector<UnitId, UnitProgram> units;
  IdVector<TokenId, Token> tokens;
};

/// How often each operation ran, per shape variant: counts[unit][op][variant]. The only statistic
/// that an executor gathers besides time; busy cycles, traffic and energy all follow from it.
using ExecutionCounts = IdVector<UnitId, IdVector<OpId, std::vector<std::int64_t>>>;

}  // namespace attnsim::mappings
