#include "sim/launch_time.h"

#include <algorithm>
#include <tuple>

#include "sim/grid.h"
#include "sim/multiprocessor.h"

namespace attnsim::sim {
namespace {

/// Rounds that a multiprocessor runs until one takes what all further ones take.
constexpr std::size_t settled_rounds = 3;

/// Times of blocks, each simulated when it is first asked for.
class BlockTimes {
 public:
  BlockTimes(const arch::Architecture& architecture, std::size_t units,
             const mappings::LoweredLaunch& launch, bool cold, double clock)
      : architecture_(architecture), units_(units), launch_(launch), cold_(cold), clock_(clock) {
    turnaround_ = arch::turnaround(*architecture.gpu, written());
  }

  double operator()(const BlockConditions& conditions) {
    const Key key{conditions.kind, conditions.residents, conditions.active, conditions.first};
    const auto [found, is_new] = blocks_.try_emplace(key, 0);
    if (is_new) found->second = of_block(conditions);
    return found->second;
  }

 private:
  double of_block(const BlockConditions& conditions) {
    const auto& kind = launch_.classes[conditions.kind];
    const double time = of_program(kind.program, conditions);
    double more = 0;
    for (const auto& stretch : kind.stretches) {
      more += stretch.periods * (of_program(stretch.longer, conditions) - time);
    }
    return std::max(time + more, least_time(kind.totals, conditions));
  }

  /// That its multiprocessor's units and shares need for as many blocks as it holds.
  [[nodiscard]] double least_time(const mappings::BlockTotals& totals,
                                  const BlockConditions& conditions) const {
    const auto around = surroundings(conditions);
    double least = std::max({totals.l2_bytes / around.port, totals.l2_bytes / around.l2_share,
                             totals.dram_bytes / around.dram_share});
    std::map<std::string, double> units;
    for (const auto& [key, cycles] : totals.busy) {
      auto& busy = units[std::get<1>(key)];
      busy += cycles;
      least = std::max(least, busy);
    }
    return least * static_cast<double>(conditions.residents);
  }

  using Key = std::tuple<std::size_t, std::size_t, std::size_t, bool>;

  double of_program(std::size_t program, const BlockConditions& conditions) {
    const Key key{program, conditions.residents, conditions.active, conditions.first};
    const auto found = times_.find(key);
    if (found != times_.end()) return found->second;
    const double time = simulate(launch_.programs[program], conditions);
    times_.emplace(key, time);
    return time;
  }

  double simulate(const mappings::BlockProgram& program, const BlockConditions& conditions) const {
    const auto around = surroundings(conditions);
    const auto rounds = conditions.first ? 1 : settled_rounds;
    const auto ends = run_multiprocessor(program, units_, conditions.residents, rounds,
                                         launch_.persistent, around);
    if (conditions.first) return ends.front();
    return (ends.back() - ends.front()) / static_cast<double>(rounds - 1);
  }

  /// The share of the bytes at the memory that are written.
  [[nodiscard]] double written() const {
    const auto& dram = architecture_.gpu->dram;
    double bytes = 0;
    double stored = 0;
    for (const auto& kind : launch_.classes) {
      const auto blocks = static_cast<double>(kind.blocks);
      bytes += blocks * kind.totals.dram_bytes;
      for (const auto& [key, count] : kind.totals.actions) {
        if (std::get<0>(key) == dram && std::get<1>(key) == "write") stored += blocks * count;
      }
    }
    return bytes > 0 ? stored / bytes : 0;
  }

  [[nodiscard]] Surroundings surroundings(const BlockConditions& conditions) const {
    const auto& gpu = *architecture_.gpu;
    const auto active = std::min<std::size_t>(conditions.active, gpu.multiprocessors);
    const double share =
        static_cast<double>(conditions.residents) / static_cast<double>(conditions.active);
    Surroundings around;
    around.port = gpu.port;
    around.l2_share = architecture_.find_memory(gpu.l2)->bandwidth->count() * share / clock_;
    around.dram_share = arch::dram_bandwidth(gpu, active).count() * turnaround_ * share / clock_;
    around.scattered_share = gpu.scattered.count() * share / clock_;
    around.l2_latency = static_cast<double>(gpu.l2_latency.count());
    around.dram_latency = static_cast<double>(gpu.dram_latency.count());
    if (conditions.first && cold_) around.cold = gpu.launch.cold.count() * clock_;
    around.start = launch_.start;
    if (!conditions.first && !launch_.persistent) around.start += gpu.launch.block.count() * clock_;
    return around;
  }

  const arch::Architecture& architecture_;
  std::size_t units_;
  const mappings::LoweredLaunch& launch_;
  bool cold_;
  double clock_;
  double turnaround_ = 1;         ///< left of the memory's bandwidth
  std::map<Key, double> times_;   ///< of programs
  std::map<Key, double> blocks_;  ///< of whole blocks, by kind
};

}  // namespace

double launch_cycles(const arch::Architecture& architecture, std::size_t units,
                     const mappings::LoweredLaunch& launch, bool cold, double clock) {
  const Grid grid{launch.order, architecture.gpu->multiprocessors,
                  launch.persistent ? 1 : static_cast<std::size_t>(launch.residents)};
  BlockTimes times(architecture, units, launch, cold, clock);
  return run_grid(grid, [&](const BlockConditions& conditions) { return times(conditions); });
}

std::map<std::string, double> bounds_of(const arch::Architecture& architecture,
                                        const mappings::LoweredLaunch& launch, double clock) {
  const auto& gpu = *architecture.gpu;
  std::map<std::string, double> bounds;
  for (const auto& kind : launch.classes) {
    const auto blocks = static_cast<double>(kind.blocks);
    for (const auto& [key, cycles] : kind.totals.busy) {
      bounds[std::get<1>(key)] += cycles * blocks / static_cast<double>(gpu.multiprocessors);
    }
    bounds[gpu.l2] += kind.totals.l2_bytes * blocks * clock /
                      architecture.find_memory(gpu.l2)->bandwidth->count();
    bounds[gpu.dram] +=
        kind.totals.dram_bytes * blocks * clock / gpu.dram_bandwidth.back().bandwidth.count();
  }
  return bounds;
}

}  // namespace attnsim::sim
