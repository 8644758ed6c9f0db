#include "sim/result.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "arch/area.h"
#include "base/overloaded.h"
#include "mappings/bounds.h"

namespace attnsim::sim {
namespace {

/// Per component, action and tensor.
using ActionTotals = std::map<std::tuple<std::string, std::string, std::string>, std::int64_t>;

/// Calls `visit(unit, actions, times)` for every variant of every operation that ran.
template <class Visit>
void for_each_run(const mappings::Lowered& lowered, const Execution& execution, Visit visit) {
  for (std::size_t unit = 0; unit < lowered.accounting.size(); ++unit) {
    const auto id = static_cast<mappings::UnitId>(unit);
    for (std::size_t op = 0; op < lowered.accounting[id].size(); ++op) {
      const auto& variants = lowered.accounting[id][static_cast<mappings::OpId>(op)];
      const auto& ran = execution.counts[id][static_cast<mappings::OpId>(op)];
      for (std::size_t variant = 0; variant < variants.size(); ++variant) {
        if (ran[variant] != 0) visit(id, variants[variant], ran[variant]);
      }
    }
  }
}

void add_units(const mappings::Lowered& lowered, const Execution& execution, SimResult& result) {
  const auto busy = mappings::busy_subcycles(lowered.schedule, execution.counts);
  IdVector<mappings::UnitId, double> active(lowered.resources.size(), 0);
  for_each_run(lowered, execution, [&](auto unit, const auto& actions, std::int64_t times) {
    active[unit] += static_cast<double>(actions.active) * static_cast<double>(times);
  });
  for (std::size_t unit = 0; unit < lowered.resources.size(); ++unit) {
    const auto id = static_cast<mappings::UnitId>(unit);
    const auto& resource = lowered.resources[id];
    const auto subcycles = static_cast<double>(lowered.schedule.units[id].subcycles);
    const auto capacity =
        static_cast<double>(resource.lanes) * subcycles * static_cast<double>(result.cycles);
    result.units.push_back({resource.name, resource.port, static_cast<double>(busy[id]) / subcycles,
                            result.cycles == 0 ? 0 : active[id] / capacity});
  }
}

void add_einsums(const mappings::Lowered& lowered, const Execution& execution, SimResult& result) {
  for_each_run(lowered, execution, [&](auto unit, const auto& actions, std::int64_t times) {
    const auto& resource = lowered.resources[unit];
    const auto capacity = static_cast<double>(resource.lanes) * static_cast<double>(result.cycles);
    for (const auto& share : actions.einsums) {
      auto found = std::find_if(result.einsums.begin(), result.einsums.end(),
                                [&](const EinsumUse& use) { return use.name == share.einsum; });
      if (found == result.einsums.end()) {
        found = result.einsums.insert(found, {share.einsum, resource.name});
      }
      found->busy_cycles += share.cycles * times;
      if (result.cycles == 0) continue;
      found->utilization +=
          static_cast<double>(share.active) * static_cast<double>(times) / capacity;
    }
  });
}

double memory_energy(const arch::MemorySpec& memory, const std::string& what, double bytes) {
  const auto accesses = bytes * 8.0 / static_cast<double>(memory.width.count());
  return accesses * (what == "read" ? memory.read_energy : memory.write_energy).count();
}

double operation_energy(const arch::OperationTable& operations, const std::string& what,
                        double times) {
  return times * operations.at(what).energy.count();
}

void add_energy(const arch::Architecture& architecture, SimResult& result) {
  for (const auto& component : architecture.components) {
    const auto& name = arch::name_of(component);
    if (const auto* memory = std::get_if<arch::MemorySpec>(&component)) {
      result.traffic[memory->name] = {};
    }
    for (const auto& action : result.actions) {
      if (action.component != name) continue;
      result.energy_pj_by[name] +=
          energy_pj_of(component, action.what, static_cast<double>(action.count));
      if (!std::holds_alternative<arch::MemorySpec>(component)) continue;
      auto& traffic = result.traffic[name];
      (action.what == "read" ? traffic.read : traffic.write) += action.count;
    }
  }
  for (const auto& [name, energy] : result.energy_pj_by) result.energy_pj += energy;
}

void add_area(const arch::Architecture& architecture, SimResult& result) {
  const auto area = arch::area_of(architecture);
  for (const auto& [name, microns] : area.by) result.area_um2_by[name] = microns.count();
  result.area_missing = area.missing;
  if (const auto total = area.total()) result.area_um2 = total->count();
}

}  // namespace

double energy_pj_of(const arch::Component& component, const std::string& what, double count) {
  const Overloaded visit{
      [&](const arch::MemorySpec& memory) { return memory_energy(memory, what, count); },
      [&](const arch::ArraySpec& array) { return operation_energy(array.operations, what, count); },
      [&](const arch::VectorSpec& vector) {
        return operation_energy(vector.operations, what, count);
      },
      [&](const arch::ChannelSpec& channel) {
        return count * 8.0 * channel.energy_per_bit.count();
      },
  };
  return std::visit(visit, component);
}

SimResult summarize(const arch::Architecture& architecture, const mappings::Lowered& lowered,
                    const Execution& execution) {
  SimResult result;
  result.cycles = execution.cycles;
  result.seconds = static_cast<double>(execution.cycles) / architecture.clock.count();
  result.skipped = execution.skipped;
  result.simulated_ops = execution.simulated_ops;
  const auto bound = mappings::bound_of(lowered.schedule);
  result.bound_cycles = bound.cycles;
  result.bound_by = bound.by;
  add_units(lowered, execution, result);
  add_einsums(lowered, execution, result);
  ActionTotals totals;
  for_each_run(lowered, execution, [&](auto, const auto& actions, std::int64_t times) {
    for (const auto& action : actions.actions) {
      totals[{action.component, action.what, action.tensor}] += action.count * times;
    }
  });
  for (const auto& [key, count] : totals) {
    const auto& [component, what, tensor] = key;
    result.actions.push_back({component, what, tensor, count});
  }
  add_energy(architecture, result);
  add_area(architecture, result);
  return result;
}

}  // namespace attnsim::sim
