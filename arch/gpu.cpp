#include "arch/gpu.h"

#include <cassert>

namespace attnsim::arch {

double turnaround(const Gpu& gpu, double written) {
  if (!(gpu.mixed_dram.count() > 0)) return 1;
  const double half = gpu.mixed_dram.count() / gpu.dram_bandwidth.back().bandwidth.count();
  return 1 - 4 * written * (1 - written) * (1 - half);
}

BytesPerSecond dram_bandwidth(const Gpu& gpu, std::uint64_t active) {
  assert(!gpu.dram_bandwidth.empty());
  GpuBandwidth below;
  for (const auto& point : gpu.dram_bandwidth) {
    if (active <= point.multiprocessors) {
      const auto share = static_cast<double>(active - below.multiprocessors) /
                         static_cast<double>(point.multiprocessors - below.multiprocessors);
      return BytesPerSecond(below.bandwidth.count() +
                            share * (point.bandwidth.count() - below.bandwidth.count()));
    }
    below = point;
  }
  return below.bandwidth;
}

}  // namespace attnsim::arch
