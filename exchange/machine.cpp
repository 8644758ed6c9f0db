#include "exchange/machine.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"

namespace attnsim::exchange {
namespace {

constexpr std::uint64_t greatest_count = std::uint64_t{1} << 24U;
constexpr double greatest_bits = 9.0e18;     // the bits of an exbibyte
constexpr double off_chip_bandwidth = 1e15;  // bytes a second: beyond any machine
constexpr double default_hertz = 1e9;
constexpr std::uint64_t default_word = 16;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

class Converter {
 public:
  Converter(const Machine& machine, Losses& losses) : machine_(machine), losses_(losses) {}

  arch::Architecture run() {
    if (machine_.memories.empty()) throw InputError(machine_.place, "has no memory");
    if (machine_.units.empty()) throw InputError(machine_.place, "has no unit that computes");
    architecture_.name = component_name(machine_.name);
    architecture_.technology = machine_.technology;
    architecture_.place = machine_.place;
    architecture_.clock = Hertz(machine_.hertz.value_or(default_hertz));
    if (!machine_.hertz) lose(machine_.place, "no clock is given: 1 GHz is taken");
    architecture_.word = Bits(machine_.word.value_or(default_word));
    add_shared();
    for (const auto& unit : machine_.units) add_unit(unit);
    tell_energies();
    return architecture_;
  }

 private:
  void lose(const Place& place, const std::string& what) { losses_.push_back({place, what}); }

  /// Memories in one instance stand at the top, and those that belong to no unit as a whole.
  void add_shared() {
    bool outermost = true;
    for (const auto& memory : machine_.memories) {
      if (home_of(memory) == nullptr) add_memory(memory, nullptr, outermost);
      outermost = false;
    }
    const auto off_chip = [](const arch::Component& component) {
      return !std::get<arch::MemorySpec>(component).capacity;
    };
    if (std::any_of(architecture_.components.begin(), architecture_.components.end(), off_chip)) {
      return;
    }
    throw InputError(machine_.place, "needs a memory outside of all fan-outs");
  }

  /// The unit whose PEs, columns, rows or lanes each have the memory.
  [[nodiscard]] const MachineUnit* home_of(const MachineMemory& memory) const {
    if (memory.fanout.is_one() && memory.unit.empty()) return nullptr;
    const auto fits = [&](const MachineUnit& unit) {
      if (!memory.unit.empty()) return memory.unit == unit.name;
      return memory.fanout == unit.fanout ||
             (memory.fanout == Fanout{unit.fanout.columns, 1} && !unit.vector) ||
             (memory.fanout == Fanout{1, unit.fanout.rows} && !unit.vector);
    };
    const auto found = std::find_if(machine_.units.begin(), machine_.units.end(), fits);
    return found == machine_.units.end() ? nullptr : &*found;
  }

  void add_memory(const MachineMemory& memory, const MachineUnit* unit, bool outermost) {
    arch::MemorySpec spec;
    spec.name = unique(memory.name);
    spec.technology_class = memory.technology_class;
    spec.place = memory.place;
    spec.width = Bits(memory.width.value_or(architecture_.word.count()));
    spec.bandwidth = bandwidth_of(memory);
    if (unit != nullptr) {
      spec.unit = unit_names_.at(unit);
      spec.instances = memory.fanout.columns * memory.fanout.rows;
    }
    spec.read_energy = Picojoules(memory.read_energy.value_or(0));
    spec.write_energy = Picojoules(memory.write_energy.value_or(memory.read_energy.value_or(0)));
    const auto copies = memory.fanout.columns * memory.fanout.rows;
    if (memory.area) spec.area = SquareMicrons(*memory.area * static_cast<double>(copies));
    if (!memory.read_energy && !memory.write_energy) without_energy_.push_back(memory.name);
    if (outermost) {
      set_off_chip(memory, spec);
    } else {
      set_capacity(memory, unit == nullptr ? copies : spec.instances, spec);
    }
    if (unit == nullptr && copies > 1) {
      lose(memory.place, "'" + memory.name + "' has " + std::to_string(copies) +
                             " instances, which are neither one for each PE nor for each row or "
                             "column: it is one memory of their size");
    }
    architecture_.components.emplace_back(std::move(spec));
  }

  [[nodiscard]] std::optional<BytesPerSecond> bandwidth_of(const MachineMemory& memory) const {
    auto bandwidth = memory.bytes_per_second;
    if (memory.bytes_per_cycle) bandwidth = *memory.bytes_per_cycle * architecture_.clock.count();
    if (!bandwidth || !std::isfinite(*bandwidth) || *bandwidth <= 0) return std::nullopt;
    return BytesPerSecond(*bandwidth);
  }

  void set_off_chip(const MachineMemory& memory, arch::MemorySpec& spec) {
    const auto bits = bits_of(memory);
    if (bits && std::isfinite(*bits)) {
      lose(memory.place,
           "the size of '" + memory.name + "': the outermost memory is never too small");
    }
    if (spec.bandwidth) return;
    spec.bandwidth = BytesPerSecond(off_chip_bandwidth);
    lose(memory.place,
         "'" + memory.name + "' has no bandwidth: 1 PB/s is taken, which never limits");
  }

  [[nodiscard]] static std::optional<double> bits_of(const MachineMemory& memory) {
    if (memory.bits) return memory.bits;
    if (!memory.depth || !memory.width) return std::nullopt;
    return static_cast<double>(*memory.depth) * static_cast<double>(*memory.width);
  }

  void set_capacity(const MachineMemory& memory, std::uint64_t copies, arch::MemorySpec& spec) {
    const auto bits = bits_of(memory);
    const double all = bits.value_or(0) * static_cast<double>(copies);
    if (!bits || !std::isfinite(all)) {
      spec.capacity = Bytes(std::uint64_t{1} << 50U);
      lose(memory.place, "'" + memory.name + "' has no size: 1 PiB is taken");
      return;
    }
    if (!(all >= 8) || all > greatest_bits) {
      throw InputError(memory.place,
                       "the size of '" + memory.name + "' must be a byte to an exbibyte");
    }
    if (!spec.unit.empty() && memory.depth && *memory.depth <= greatest_count) {
      spec.entries = *memory.depth;
    } else if (!spec.unit.empty() && *bits < 8.0 * greatest_count) {
      // A register may be no whole number of bytes.
      spec.width = Bits(std::min(spec.width.count(), static_cast<std::uint64_t>(*bits)));
      spec.entries =
          static_cast<std::uint64_t>(*bits) / std::max<std::uint64_t>(spec.width.count(), 1);
    }
    spec.capacity = Bytes(static_cast<std::uint64_t>(all) / 8);
  }

  void add_unit(const MachineUnit& unit) {
    if (unit.fanout.columns > greatest_count || unit.fanout.rows > greatest_count) {
      throw InputError(unit.place, "'" + unit.name + "' has more than 2^24 rows or columns");
    }
    const auto name = unique(unit.name);
    unit_names_[&unit] = name;
    arch::OperationTable operations;
    for (const auto& [operation, figures] : unit.operations) {
      operations[operation] = operation_of(operation, figures, unit);
    }
    if (unit.vector) {
      arch::VectorSpec spec;
      spec.name = name;
      spec.lanes = unit.fanout.columns;
      spec.operations = operations;
      spec.place = unit.place;
      architecture_.components.emplace_back(spec);
    } else {
      arch::ArraySpec spec;
      spec.name = name;
      spec.rows = unit.fanout.rows;
      spec.columns = unit.fanout.columns;
      spec.operations = operations;
      spec.place = unit.place;
      architecture_.components.emplace_back(spec);
    }
    const MachineMemory* registers = nullptr;
    for (const auto& memory : machine_.memories) {
      if (home_of(memory) != &unit) continue;
      add_memory(memory, &unit, false);
      if (registers == nullptr) {
        registers = &memory;
      } else {
        lose(memory.place, "what operations read from and write to '" + memory.name +
                               "': it is counted at '" + registers->name +
                               "', as a unit has one memory for that");
      }
    }
  }

  arch::Operation operation_of(const std::string& name, const MachineOperation& figures,
                               const MachineUnit& unit) {
    arch::Operation operation;
    operation.name = name;
    operation.cycles = Cycles(figures.cycles);
    operation.energy = Picojoules(figures.energy.value_or(0));
    if (figures.area) operation.area = SquareMicrons(*figures.area);
    operation.primitives = {{name, 1}};
    operation.place = unit.place;
    if (!figures.energy) without_energy_.push_back(unit.name + "." + name);
    return operation;
  }

  void tell_energies() {
    if (without_energy_.empty()) return;
    std::string names;
    for (const auto& name : without_energy_) names += (names.empty() ? "" : ", ") + name;
    lose(machine_.place, "no energies are given for " + names + ": 0 pJ is taken");
  }

  std::string unique(const std::string& name) {
    const auto base = component_name(name);
    auto result = base;
    for (int i = 2; !taken_.insert(result).second; ++i) result = base + "_" + std::to_string(i);
    return result;
  }

  const Machine& machine_;
  Losses& losses_;
  arch::Architecture architecture_;
  std::set<std::string> taken_;
  std::map<const MachineUnit*, std::string> unit_names_;
  std::vector<std::string> without_energy_;
};

}  // namespace

std::string component_name(const std::string& name) {
  auto result = name;
  std::replace_if(
      result.begin(), result.end(), [](char c) { return !is_name_character(c); }, '_');
  if (result.empty() || !is_letter(result.front())) result = "x" + result;
  return result;
}

void put_registers_first(std::vector<MachineMemory>& memories) {
  const auto first = std::find_if(
      memories.begin(), memories.end(),
      [](const MachineMemory& memory) { return !memory.fanout.is_one() || !memory.unit.empty(); });
  if (first != memories.end()) std::rotate(first, memories.end() - 1, memories.end());
}

arch::Architecture to_architecture(const Machine& machine, Losses& losses) {
  return Converter(machine, losses).run();
}

}  // namespace attnsim::exchange
