#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/gpu.h"
#include "base/place.h"
#include "base/units.h"

/// An architecture as a plain value: every default filled in, every unit resolved.
namespace attnsim::arch {

/// What one operation of a functional unit costs, per lane or PE.
struct Operation {
  std::string name;
  Cycles cycles;      ///< occupancy of the lane; 0 for an operation that only chains
  Picojoules energy;  ///< per execution, all primitives together
  /// Of its functional unit, in each lane or PE; 0 for a composition, which is done by the units
  /// of its parts; absent: not known.
  std::optional<SquareMicrons> area;
  /// The primitive operations that one execution performs ("exp" as "6 mac" is {{"mac", 6}});
  /// a primitive operation lists itself once. These are what action counts are kept in.
  std::map<std::string, std::uint64_t> primitives;
  /// Operations whose result flows into this one without a cycle of their own (a subtractor in
  /// front of an exp unit): they cost energy but no occupancy when they feed this operation.
  std::vector<std::string> chains;
  Place place;
};

using OperationTable = std::map<std::string, Operation>;

/// `<memory>`: a register file, SRAM or DRAM.
struct MemorySpec {
  std::string name;
  std::string technology_class;   ///< `class`: "RF", "SRAM", "HBM2", ...; free text for reports
  std::optional<Bytes> capacity;  ///< of all instances; absent: never too small (off-chip)
  std::uint64_t entries = 0;      ///< words per instance where it was given as `entries`; else 0
  std::uint64_t instances = 1;    ///< 1, or one per PE / column / row / lane of the unit it is in
  Bits width{16};                 ///< of one access; energies are per access of this width
  Picojoules read_energy;
  Picojoules write_energy;
  std::optional<SquareMicrons> area;        ///< of all instances; absent: not known, or off chip
  std::string table;                        ///< the technology table it was given, or empty
  std::optional<BytesPerSecond> bandwidth;  ///< of reads and writes together; absent: no limit
  std::string unit;                         ///< the array or vector it stands in; empty: top level
  Place place;
};

enum class Reduction { chain, tree };  ///< one hop per PE, or log2 of the PEs

/// `<array>`: a two-dimensional array of PEs.
struct ArraySpec {
  std::string name;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  Reduction reduction = Reduction::chain;  ///< latency of a reduction over a spatial rank
  Cycles hop{1};                           ///< cycles per hop of that reduction
  OperationTable operations;
  Place place;
};

/// `<vector>`: a one-dimensional array of lanes.
struct VectorSpec {
  std::string name;
  std::uint64_t lanes = 0;
  Reduction reduction = Reduction::tree;
  Cycles hop{1};
  OperationTable operations;
  Place place;
};

/// `<channel>`: a bus between a memory and a unit (or two memories), served in order.
struct ChannelSpec {
  std::string name;
  std::string from;
  std::string to;
  Bits width;  ///< moved per cycle, both directions together
  Picojoules energy_per_bit;
  std::optional<SquareMicrons> area;  ///< absent: not known
  Place place;
};

/// The closed set of things that an architecture can hold. A new alternative does not compile
/// until every `std::visit` has it.
using Component = std::variant<MemorySpec, ArraySpec, VectorSpec, ChannelSpec>;

struct Architecture {
  std::string name;
  std::string technology;
  Hertz clock;
  Bits word{16};
  std::vector<Component> components;  ///< in file order; a unit's memories follow their unit
  std::optional<Gpu> gpu;             ///< many multiprocessors; mappings then are kernel launches
  Place place;

  [[nodiscard]] const MemorySpec* find_memory(const std::string& memory) const;
  [[nodiscard]] const ArraySpec* find_array(const std::string& array) const;
  [[nodiscard]] const VectorSpec* find_vector(const std::string& vector) const;
  /// The channel that joins `a` and `b` in either direction, or null: then moving is free.
  [[nodiscard]] const ChannelSpec* find_channel(const std::string& a, const std::string& b) const;
  [[nodiscard]] std::vector<std::string> unit_names() const;  ///< arrays and vectors
  [[nodiscard]] std::vector<std::string> memory_names() const;
};

[[nodiscard]] const std::string& name_of(const Component& component);
[[nodiscard]] const Place& place_of(const Component& component);

}  // namespace attnsim::arch
