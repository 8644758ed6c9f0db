#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/components.h"
#include "exchange/loss.h"

/// A machine as TeAAL, Timeloop and AccelForge describe one: levels of memory, each perhaps in many
/// instances, around units of compute. Each format's reader makes one; `to_architecture` does the
/// rest for all of them.
namespace attnsim::exchange {

/// How many instances there are: across, and down.
struct Fanout {
  std::uint64_t columns = 1;
  std::uint64_t rows = 1;
  [[nodiscard]] bool is_one() const { return columns == 1 && rows == 1; }
  bool operator==(const Fanout&) const = default;
};

/// A memory; figures are of one instance. What a source does not give is absent.
struct MachineMemory {
  std::string name;
  std::string technology_class;
  std::optional<std::uint64_t> width;      ///< bits of an access
  std::optional<std::uint64_t> depth;      ///< accesses that it holds
  std::optional<double> bits;              ///< or its size
  std::optional<double> bytes_per_second;  ///< reads and writes together
  std::optional<double> bytes_per_cycle;   ///< the same, where the clock is known only later
  std::optional<double> read_energy;       ///< pJ an access
  std::optional<double> write_energy;
  std::optional<double> area;  ///< um^2
  Fanout fanout;
  std::string unit;  ///< that it stands in, where the format says so; else the fan-out tells
  Place place;
};

struct MachineOperation {
  std::uint64_t cycles = 1;
  std::optional<double> energy;  ///< pJ
  std::optional<double> area;    ///< um^2
};

/// An array or, where `vector`, a vector of `fanout.columns` lanes.
struct MachineUnit {
  std::string name;
  bool vector = false;
  Fanout fanout;
  std::map<std::string, MachineOperation> operations;  ///< "mac", "add", "exp", ...
  Place place;
};

struct Machine {
  std::string name;
  std::string technology;
  std::optional<double> hertz;
  std::optional<std::uint64_t> word;    ///< bits
  std::vector<MachineMemory> memories;  ///< from the outermost
  std::vector<MachineUnit> units;
  Place place;
};

/// The architecture of attnsim that the machine is. What it must have and the source does not give
/// is filled in and counts as lost: 1 GHz, a memory off chip that never limits, 0 pJ.
/// @throws InputError for a machine without memory or unit, and for sizes beyond what one may have
[[nodiscard]] arch::Architecture to_architecture(const Machine& machine, Losses& losses);

/// Of memories from the outside in: puts the innermost one of a unit in front of the unit's others,
/// as it is the one that operations read from and write to.
void put_registers_first(std::vector<MachineMemory>& memories);

/// `name` as a component may be called: letters, digits, '_', '-' and '.', a letter first.
[[nodiscard]] std::string component_name(const std::string& name);

}  // namespace attnsim::exchange
