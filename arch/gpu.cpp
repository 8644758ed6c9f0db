#include "arch/gpu.h"

#include <cassert>

namespace attnsim::arch {

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
