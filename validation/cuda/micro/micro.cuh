#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/timing.cuh"

namespace attnsim::gpu {

/// What a microbenchmark works with, and where its figures go.
class MicroContext {
 public:
  using Sink = std::function<void(const std::vector<std::string>&)>;
  MicroContext(Timer& timer, const Nvml& nvml, std::string name, Sink sink);

  /// A figure: "threads=256", 33.1, "cycles".
  void row(const std::string& parameters, double value, const std::string& unit) const;
  /// The median of a few launches.
  double median_us(const Launch& launch, bool flush = false) const;

  Timer& timer;
  const Nvml& nvml;
  int multiprocessors = 0;
  double l2_bytes = 0;

 private:
  std::string name_;
  Sink sink_;
};

struct Micro {
  std::string name;
  std::string about;
  std::function<void(const MicroContext&)> measure;
};

std::vector<Micro> bandwidth_micros();
std::vector<Micro> arithmetic_micros();
std::vector<Micro> latency_micros();
std::vector<Micro> load_micros();
std::vector<Micro> step_micros();
std::vector<Micro> mma_step_micros();
std::vector<Micro> power_micros();
std::vector<Micro> block_step_micros();

/// What a block's first thread saw on its clock between two points, [first, last) in cycles.
struct Cycles {
  long long first;
  long long last;
};
/// The longest of the blocks.
double longest(const DeviceBuffer<Cycles>& cycles);

}  // namespace attnsim::gpu
