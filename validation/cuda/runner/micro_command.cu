#include <algorithm>
#include <cstdio>

#include "micro/micro.cuh"
#include "runner/commands.cuh"
#include "runner/isolated.cuh"
#include "runner/table.cuh"

namespace attnsim::gpu {

MicroContext::MicroContext(Timer& t, const Nvml& n, std::string name, Sink sink)
    : timer(t), nvml(n), name_(std::move(name)), sink_(std::move(sink)) {
  cudaDeviceProp properties{};
  int device = 0;
  GPU_CHECK(cudaGetDevice(&device));
  GPU_CHECK(cudaGetDeviceProperties(&properties, device));
  multiprocessors = properties.multiProcessorCount;
  l2_bytes = properties.l2CacheSize;
}

void MicroContext::row(const std::string& parameters, double value, const std::string& unit) const {
  sink_({name_, parameters, decimal(value, value < 100 ? 3 : 1), unit});
}

double MicroContext::median_us(const Launch& launch, bool flush) const {
  constexpr int kRuns = 11;
  std::vector<double> samples;
  timer.once_us(launch, flush);
  for (int run = 0; run < kRuns; ++run) samples.push_back(timer.once_us(launch, flush));
  return quantile(samples, 0.5);
}

double longest(const DeviceBuffer<Cycles>& cycles) {
  long long most = 0;
  for (const auto& [first, last] : cycles.read(0, cycles.size()))
    most = std::max(most, last - first);
  return static_cast<double>(most);
}

int micro_command(const Options& options) {
  std::vector<Micro> chosen;
  for (auto family : {bandwidth_micros, arithmetic_micros, latency_micros, load_micros, step_micros,
                      mma_step_micros, block_step_micros, power_micros}) {
    for (Micro& micro : family()) {
      if (matches(micro.name, options)) chosen.push_back(std::move(micro));
    }
  }
  if (chosen.empty()) throw UsageError("no microbenchmark is named like " + options.pattern);
  auto header = [&](int) {
    write_header(options.csv, provenance(options), "benchmark,parameters,value,unit,error");
  };
  run_isolated(1, 60, header,
               [](int, const std::string& why) { std::printf("error: %s\n", why.c_str()); });
  Table table(options.csv);
  auto task = [&](int index) {
    char bus[32] = "";
    int device = 0;
    GPU_CHECK(cudaGetDevice(&device));
    GPU_CHECK(cudaDeviceGetPCIBusId(bus, sizeof(bus), device));
    const Nvml nvml(bus);
    Timer timer(nvml);
    chosen[index].measure({timer, nvml, chosen[index].name, [&](auto cells) {
                             std::printf("%-18s %-60s %10s %s\n", cells[0].c_str(),
                                         cells[1].c_str(), cells[2].c_str(), cells[3].c_str());
                             std::fflush(stdout);
                             cells.push_back("");
                             table.row(cells);
                           }});
  };
  auto failed = [&](int index, const std::string& why) {
    table.row({chosen[index].name, "", "", "", why});
    std::printf("%-18s error: %s\n", chosen[index].name.c_str(), why.c_str());
    std::fflush(stdout);
  };
  run_isolated(static_cast<int>(chosen.size()), 60, task, failed);
  return 0;
}

}  // namespace attnsim::gpu
