#pragma once

#include <functional>
#include <vector>

#include "base/device_buffer.cuh"
#include "base/nvml.cuh"

namespace attnsim::gpu {

/// How long to measure.
struct Patience {
  int min_runs = 3;
  int max_runs = 50;
  double seconds = 0.12;         ///< of timed runs, within the two counts above
  double energy_seconds = 0.35;  ///< of back-to-back runs; 0: no energy
};

/// Times of single runs, the L2 flushed before each.
struct Times {
  double median_us = 0;
  double p10_us = 0;
  double p90_us = 0;
  int runs = 0;
  double sm_clock_mhz = 0;  ///< from just before to just after each run
};

/// Runs back to back, the L2 as they leave it, clocks as a long load sets them.
struct Load {
  double loop_us = 0;  ///< a run
  double energy_mj = 0;
  double power_w = 0;
  unsigned sm_clock_mhz = 0;  ///< by NVML
};

/// What an SM's clock and the GPU's timer showed at one moment.
struct Stamp {
  long long cycles;
  long long nanoseconds;
  unsigned multiprocessor;
};

using Launch = std::function<void(cudaStream_t)>;

/// Times launches by events on a stream of its own.
class Timer {
 public:
  explicit Timer(const Nvml& nvml);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  Times time(const Launch& launch, const Patience& patience);
  Load load(const Launch& launch, double one_run_us, double seconds);
  /// Two stamps are taken around the run where `stamps` is given.
  double once_us(const Launch& launch, bool flush, Stamp* stamps = nullptr);

 private:
  const Nvml& nvml_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t start_ = nullptr;
  cudaEvent_t stop_ = nullptr;
  DeviceBuffer<char> flush_;
  DeviceBuffer<unsigned> never_;
};

/// The value below which `share` of the (unsorted) values lie, interpolated.
double quantile(std::vector<double> values, double share);

}  // namespace attnsim::gpu
