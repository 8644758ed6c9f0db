#include <algorithm>
#include <chrono>

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

// Reads more than the L2 holds, so that it is left full of other, unmodified lines: written ones
// would be charged to the next kernel when it evicts them.
__global__ void read_all(const uint4* data, std::size_t count, unsigned* never) {
  unsigned sum = 0;
  for (std::size_t i = blockIdx.x * std::size_t{512} + threadIdx.x; i < count;
       i += std::size_t{512} * gridDim.x) {
    const uint4 x = __ldcg(data + i);
    sum += x.x ^ x.y ^ x.z ^ x.w;
  }
  if (sum == 0x12345678) *never = sum;
}

__global__ void take_stamp(Stamp* stamp) {
  asm volatile("mov.u32 %0, %%smid;" : "=r"(stamp->multiprocessor));
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(stamp->nanoseconds));
  stamp->cycles = clock64();
}

// Of the pairs that one SM took: SMs count from different zeros.
double median_clock_mhz(const std::vector<Stamp>& stamps) {
  std::vector<double> clocks;
  for (std::size_t i = 0; i + 1 < stamps.size(); i += 2) {
    const Stamp& before = stamps[i];
    const Stamp& after = stamps[i + 1];
    if (before.multiprocessor != after.multiprocessor) continue;
    if (after.nanoseconds <= before.nanoseconds) continue;
    clocks.push_back(1e3 * static_cast<double>(after.cycles - before.cycles) /
                     static_cast<double>(after.nanoseconds - before.nanoseconds));
  }
  return quantile(clocks, 0.5);
}

// A graph of enough launches for 20 ms, two at least (a stream-K launch tells itself from the one
// before, and a graph fixes the number of each): neither the host's launches nor its reading of
// counters leave the GPU idle.
class Batch {
 public:
  Batch(const Launch& launch, double one_run_us, cudaStream_t stream)
      : runs(static_cast<int>(std::clamp(2e4 / std::max(one_run_us, 1.0), 2.0, 2000.0))),
        stream_(stream) {
    cudaGraph_t graph = nullptr;
    GPU_CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    for (int run = 0; run < runs; ++run) launch(stream);
    GPU_CHECK(cudaStreamEndCapture(stream, &graph));
    GPU_CHECK(cudaGraphInstantiate(&executable_, graph, 0));
    GPU_CHECK(cudaGraphDestroy(graph));
    for (auto& event : done_) GPU_CHECK(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  }
  ~Batch() {
    cudaGraphExecDestroy(executable_);
    for (auto& event : done_) cudaEventDestroy(event);
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Queues the batch once more and returns the event that ends the one before it.
  cudaEvent_t queue() {
    GPU_CHECK(cudaGraphLaunch(executable_, stream_));
    GPU_CHECK(cudaEventRecord(done_[count_ % 2], stream_));
    return done_[++count_ % 2];
  }

  int runs;

 private:
  cudaStream_t stream_;
  cudaGraphExec_t executable_ = nullptr;
  cudaEvent_t done_[2] = {};
  int count_ = 0;
};

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
  flush_ = DeviceBuffer<char>(4 * static_cast<std::size_t>(properties.l2CacheSize));
  never_ = DeviceBuffer<unsigned>(1);
  flush_.zero();
}

Timer::~Timer() {
  cudaEventDestroy(start_);
  cudaEventDestroy(stop_);
  cudaStreamDestroy(stream_);
}

double Timer::once_us(const Launch& launch, bool flush, Stamp* stamps) {
  if (flush) {
    read_all<<<528, 512, 0, stream_>>>(reinterpret_cast<const uint4*>(flush_.get()),
                                       flush_.bytes() / 16, never_.get());
  }
  if (stamps != nullptr) take_stamp<<<1, 1, 0, stream_>>>(stamps);
  GPU_CHECK(cudaEventRecord(start_, stream_));
  launch(stream_);
  GPU_CHECK(cudaEventRecord(stop_, stream_));
  if (stamps != nullptr) take_stamp<<<1, 1, 0, stream_>>>(stamps + 1);
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
  const DeviceBuffer<Stamp> stamps(2 * static_cast<std::size_t>(times.runs));
  std::vector<double> samples;
  for (int run = 0; run < times.runs; ++run) {
    samples.push_back(once_us(launch, true, stamps.get() + 2 * run));
  }
  times.median_us = quantile(samples, 0.5);
  times.p10_us = quantile(samples, 0.1);
  times.p90_us = quantile(samples, 0.9);
  GPU_CHECK(cudaStreamSynchronize(stream_));
  times.sm_clock_mhz = median_clock_mhz(stamps.read(0, stamps.size()));
  return times;
}

// Keeps the GPU busy for `seconds` and reads the energy counter whenever it moves: the first and
// last edge within the load give power without the counter's coarse steps.
Load Timer::load(const Launch& launch, double one_run_us, double seconds) {
  Batch batch(launch, one_run_us, stream_);
  std::vector<Edge> edges;
  std::vector<double> clocks;
  std::uint64_t last = nvml_.energy_mj();
  auto watch = [&](cudaEvent_t until) {
    while (cudaEventQuery(until) == cudaErrorNotReady) {
      const std::uint64_t now = nvml_.energy_mj();
      if (now != last) edges.push_back({Clock::now(), now});
      last = now;
      clocks.push_back(nvml_.sm_clock_mhz());
    }
  };
  const auto begin = Clock::now();
  int batches = 0;
  // a little longer where the counter has not moved often enough, within reason
  const double most = seconds + 0.4;
  for (double spent = 0; batches < 2 || spent < seconds || (edges.size() < 3 && spent < most);
       spent = seconds_between(begin, Clock::now())) {
    const cudaEvent_t before = batch.queue();
    if (batches++ > 0) watch(before);  // one batch runs, one waits in the queue
  }
  GPU_CHECK(cudaStreamSynchronize(stream_));
  const double busy = seconds_between(begin, Clock::now());

  Load load;
  load.loop_us = 1e6 * busy / (static_cast<double>(batches) * batch.runs);
  load.sm_clock_mhz = static_cast<unsigned>(quantile(clocks, 0.5));
  if (edges.size() >= 2) {  // of four or more the first is left out: power was still rising
    const Edge& from = edges[edges.size() > 3 ? 1 : 0];
    const Edge& to = edges.back();
    load.power_w = 1e-3 * static_cast<double>(to.energy_mj - from.energy_mj) /
                   seconds_between(from.when, to.when);
    load.energy_mj = 1e-3 * load.power_w * load.loop_us;
  }
  return load;
}

}  // namespace attnsim::gpu
