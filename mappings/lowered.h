#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/place.h"
#include "mappings/schedule.h"

namespace attnsim::mappings {

/// A countable thing that one execution of an operation does at a component: primitive operations
/// of a unit ("mac", "add", ...), or bytes read from or written to a memory ("read", "write").
struct Action {
  std::string component;
  std::string what;
  std::string tensor;  ///< whose bytes these are, or which these operations make
  std::int64_t count = 0;
  bool operator==(const Action&) const = default;
};

/// What an Einsum takes of its unit.
struct EinsumShare {
  std::string einsum;
  std::int64_t cycles = 0;  ///< that it keeps the unit busy
  std::int64_t active = 0;  ///< lane-cycles of useful work in them
};

/// What one execution of one shape variant of an operation amounts to, time apart.
struct Actions {
  std::int64_t active = 0;  ///< lane-cycles of useful work: cycles x PEs or lanes that have work
  std::vector<EinsumShare> einsums;
  std::vector<Action> actions;
};

/// Per unit, operation and variant, beside the Schedule of the same shape.
using Accounting = IdVector<UnitId, IdVector<OpId, std::vector<Actions>>>;

/// What a memory or unit is to the reports.
struct Resource {
  std::string name;
  std::int64_t lanes = 1;  ///< PEs or lanes; 1 for a memory port or channel
  bool port = false;       ///< a memory port or channel
};

/// One line of the footprint: what a keep takes at its memory.
struct FootprintLine {
  std::string memory;
  std::string tensors;
  std::int64_t tiles = 0;        ///< tile copies held: buffers, plus spare as pieces
  std::int64_t pieces = 0;       ///< pieces held in all
  std::int64_t piece_bytes = 0;  ///< bytes of a piece over all instances
  std::int64_t bytes = 0;
  std::int64_t entries = 0;  ///< words in the fullest instance
  bool overbooked = false;
  std::size_t phase = 0;  ///< child of the outermost `<sequence>`, from 1; 0: outside
  Place place;
};

/// A mapping made concrete for one cascade, shape and architecture.
struct Lowered {
  Schedule schedule;
  Accounting accounting;
  IdVector<UnitId, Resource> resources;
  std::vector<FootprintLine> footprint;
  std::vector<std::string> drawing;  ///< the loop nest as text, a line each (`attnsim show`)
};

}  // namespace attnsim::mappings
