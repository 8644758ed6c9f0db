#include "sim/gpu.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "sim/grid.h"
#include "sim/launch_time.h"

namespace attnsim::sim {
namespace {

using mappings::LoweredKernel;

constexpr int most_clock_rounds = 8;
constexpr double clock_tolerance = 4e-3;

mappings::KernelActions actions_of(const LoweredKernel& kernel) {
  mappings::KernelActions all;
  for (const auto& launch : kernel.launches) {
    for (const auto& kind : launch.classes) {
      for (const auto& [key, count] : kind.totals.actions) {
        all[key] += count * static_cast<double>(kind.blocks);
      }
    }
  }
  return all;
}

/// At the reference clock, by component.
std::map<std::string, double> reference_energy(const arch::Architecture& architecture,
                                               const mappings::KernelActions& actions) {
  std::map<std::string, double> energy;
  for (const auto& [key, count] : actions) {
    const auto& [component, what, tensor] = key;
    const auto* const memory = architecture.find_memory(component);
    energy[component] += memory != nullptr
                             ? energy_pj_of(*memory, what, count)
                             : count * architecture.gpu->operations.at(what).energy.count();
  }
  return energy;
}

struct Run {
  double clock = 0;
  double seconds = 0;
  double energy_factor = 1;  ///< of the chip's energies, at this clock
};

double seconds_at(const arch::Architecture& architecture, const LoweredKernel& kernel,
                  double clock) {
  const auto& launch = architecture.gpu->launch;
  double seconds = launch.first.count();
  for (std::size_t i = 0; i < kernel.launches.size(); ++i) {
    if (i > 0) seconds += launch.next.count();
    seconds +=
        launch_cycles(architecture, kernel.units.size(), kernel.launches[i], i == 0, clock) / clock;
  }
  return seconds;
}

bool multiplies(const arch::Gpu& gpu, const mappings::KernelActions& actions) {
  return std::any_of(actions.begin(), actions.end(), [&](const auto& each) {
    const auto found = gpu.operations.find(std::get<1>(each.first));
    return found != gpu.operations.end() && found->second.products;
  });
}

/// The clock that a run of so many seconds has without a power limit.
double free_clock(const arch::GpuPower& power, bool tensor, double seconds) {
  if (!tensor) return power.clock.count();
  const double fast = std::min(1.0, power.settles.count() / seconds);
  return fast * power.clock.count() + (1 - fast) * power.tensor.count();
}

/// The highest clock at which power stays below the limit: the memory's energies are the same at
/// every clock, those of the chip grow with it.
Run find_clock(const arch::Architecture& architecture, const LoweredKernel& kernel,
               const mappings::KernelActions& actions) {
  const auto& power = architecture.gpu->power;
  const bool tensor = multiplies(*architecture.gpu, actions);
  double memory = 0;
  double cores = 0;
  for (const auto& [component, energy] : reference_energy(architecture, actions)) {
    (component == architecture.gpu->dram ? memory : cores) += energy * 1e-12;
  }
  Run run;
  run.clock = power.tensor.count();
  for (int round = 0; round < most_clock_rounds; ++round) {
    run.seconds = seconds_at(architecture, kernel, run.clock);
    run.energy_factor = std::pow(run.clock / power.reference.count(), power.slope);
    const double room = (power.limit.count() - power.idle.count()) * run.seconds;
    const double taken = memory + cores * run.energy_factor;
    const double wanted = run.clock * std::pow(room / taken, 1 / (1 + power.slope));
    const double next = std::min(free_clock(power, tensor, run.seconds), wanted);
    if (std::abs(next - run.clock) < clock_tolerance * run.clock) break;
    if (round + 1 < most_clock_rounds) run.clock = next;
  }
  return run;
}

void add_bound(const arch::Architecture& architecture, const LoweredKernel& kernel, double clock,
               SimResult& result) {
  std::map<std::string, double> cycles;
  for (const auto& launch : kernel.launches) {
    for (const auto& [name, bound] : bounds_of(architecture, launch, clock)) {
      cycles[name] += bound;
    }
  }
  double bound = 0;
  for (const auto& [name, each] : cycles) {
    if (each <= bound) continue;
    bound = each;
    result.bound_by = name;
  }
  result.bound_cycles = static_cast<std::int64_t>(std::floor(bound));
  for (const auto& [name, each] : cycles) {
    result.units.push_back({name, architecture.find_memory(name) != nullptr, each,
                            each / static_cast<double>(result.cycles)});
  }
}

void add_einsums(const arch::Architecture& architecture, const LoweredKernel& kernel,
                 SimResult& result) {
  mappings::KernelBusy busy;
  for (const auto& launch : kernel.launches) {
    for (const auto& kind : launch.classes) {
      for (const auto& [key, cycles] : kind.totals.busy) {
        busy[key] += cycles * static_cast<double>(kind.blocks) /
                     static_cast<double>(architecture.gpu->multiprocessors);
      }
    }
  }
  for (const auto& [key, cycles] : busy) {
    const auto& [einsum, unit] = key;
    if (einsum.empty()) continue;
    result.einsums.push_back({einsum, unit, static_cast<std::int64_t>(std::llround(cycles)),
                              cycles / static_cast<double>(result.cycles)});
  }
}

void add_energy(const arch::Architecture& architecture, const mappings::KernelActions& actions,
                const Run& run, SimResult& result) {
  for (const auto& [component, energy] : reference_energy(architecture, actions)) {
    const bool memory = component == architecture.gpu->dram;
    result.energy_pj_by[component] = energy * (memory ? 1 : run.energy_factor);
  }
  result.energy_pj_by["idle"] = architecture.gpu->power.idle.count() * run.seconds * 1e12;
  for (const auto& [component, energy] : result.energy_pj_by) result.energy_pj += energy;
  for (const auto& [key, count] : actions) {
    const auto& [component, what, tensor] = key;
    const auto whole = static_cast<std::int64_t>(std::llround(count));
    result.actions.push_back({component, what, tensor, whole});
    if (architecture.find_memory(component) == nullptr) continue;
    (what == "read" ? result.traffic[component].read : result.traffic[component].write) += whole;
  }
}

}  // namespace

SimResult simulate_kernel(const arch::Architecture& architecture, const LoweredKernel& kernel) {
  const auto actions = actions_of(kernel);
  const auto run = find_clock(architecture, kernel, actions);
  SimResult result;
  result.seconds = run.seconds;
  result.clock_hz = run.clock;
  const double cycles = std::ceil(run.seconds * run.clock);
  if (!(cycles < 0x1p62)) throw InputError(architecture.place, "the cycles are beyond 62 bits");
  result.cycles = static_cast<std::int64_t>(cycles);
  for (const auto& launch : kernel.launches) {
    result.simulated_ops += static_cast<std::int64_t>(launch.order.size());
    for (const auto& kind : launch.classes)
      result.skipped = result.skipped || !kind.stretches.empty();
  }
  add_bound(architecture, kernel, run.clock, result);
  add_einsums(architecture, kernel, result);
  add_energy(architecture, actions, run, result);
  return result;
}

}  // namespace attnsim::sim
