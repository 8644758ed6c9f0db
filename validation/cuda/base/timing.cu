#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/timing.cuh"

namespace attnsim::gpu {
namespace {

using Clock = std::chrono::steady_clock;

// A reading of the energy counter at the moment it moved.
struct Edge {
  Clock::time_point when;
  std::uint64_t energy_mj = 0;
};

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double position = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto above = std::min(below + 1, values.size() - 1);
  const double part = position - static_cast<double>(below);
  return values[below] * (1 - part) + values[above] * part;
}

Timer::Timer(const Nvml& nvml) : nvml_(nvml) {
  GPU_CHECK(cudaStreamCreate(&stream_));
  GPU_CHECK(cudaEventCreate(&start_));
  GPU_CHECK(cudaEventCreate(&stop_));
  cudaDeviceProp properties{};
  int device = 0;
  GPU_CHECK(cudaGetDevice(&device));
  GPU_CHECK(cudaGetDeviceProperties(&properties, device));
  flush_ = DeviceBuffer<char>(3 * static_cast<std::size_t>(properties.l2CacheSize));
}

Timer::~Timer() {
  cudaEventDestroy(start_);
  cudaEventDestroy(stop_);
  cudaStreamDestroy(stream_);
}

double Timer::once_us(const Launch& launch, bool flush) {
  if (flush) GPU_CHECK(cudaMemsetAsync(flush_.get(), 0x5a, flush_.bytes(), stream_));
  GPU_CHECK(cudaEventRecord(start_, stream_));
  launch(stream_);
  GPU_CHECK(cudaEventRecord(stop_, stream_));
  GPU_CHECK(cudaEventSynchronize(stop_));
  GPU_CHECK(cudaGetLastError());
  float milliseconds = 0;
  GPU_CHECK(cudaEventElapsedTime(&milliseconds, start_, stop_));
  return 1e3 * milliseconds;
}

Times Timer::time(const Launch& launch, const Patience& patience) {
  once_us(launch, true);  // loads the code, sets attributes
  const double first = once_us(launch, true);
  const double wanted = patience.seconds * 1e6 / std::max(first, 1.0);
  Times times;
  times.runs = static_cast<int>(std::clamp<double>(wanted, patience.min_runs, patience.max_runs));
  std::vector<double> samples;
  for (int run = 0; run < times.runs; ++run) samples.push_back(once_us(launch, true));
  times.median_us = quantile(samples, 0.5);
  times.p10_us = quantile(samples, 0.1);
  times.p90_us = quantile(samples, 0.9);
  return times;
}

// Keeps the GPU busy for `seconds` and reads the energy counter whenever it moves: the first and
// last edge within the load give power without the counter's coarse steps.
Load Timer::load(const Launch& launch, double one_run_us, double seconds) {
  const int batch = std::max(1, static_cast<int>(5e3 / std::max(one_run_us, 1.0)));
  cudaEvent_t queued[2];
  for (auto& event : queued) GPU_CHECK(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  const auto begin = Clock::now();
  auto busy_from = begin;
  std::vector<Edge> edges;
  std::vector<double> clocks;
  std::uint64_t last = nvml_.energy_mj();
  long runs = 0;
  auto watch = [&](cudaEvent_t until) {
    while (cudaEventQuery(until) == cudaErrorNotReady) {
      const std::uint64_t now = nvml_.energy_mj();
      if (now != last) edges.push_back({Clock::now(), now});
      last = now;
      clocks.push_back(nvml_.sm_clock_mhz());
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  };
  for (int round = 0; seconds_between(begin, Clock::now()) < seconds || round < 2; ++round) {
    for (int run = 0; run < batch; ++run) launch(stream_);
    runs += batch;
    GPU_CHECK(cudaEventRecord(queued[round % 2], stream_));
    if (round > 0) watch(queued[(round + 1) % 2]);  // one batch runs, one waits in the queue
  }
  GPU_CHECK(cudaStreamSynchronize(stream_));
  const double busy = seconds_between(busy_from, Clock::now());
  for (auto& event : queued) GPU_CHECK(cudaEventDestroy(event));

  Load load;
  load.loop_us = 1e6 * busy / static_cast<double>(runs);
  load.sm_clock_mhz = static_cast<unsigned>(quantile(clocks, 0.5));
  if (edges.size() >= 3) {  // the first one still counts the time before the load
    const auto& from = edges[1 < edges.size() - 2 ? 1 : 0];
    const auto& to = edges.back();
    load.power_w = 1e-3 * static_cast<double>(to.energy_mj - from.energy_mj) /
                   seconds_between(from.when, to.when);
    load.energy_mj = 1e-3 * load.power_w * load.loop_us;
  }
  return load;
}

}  // namespace attnsim::gpu
