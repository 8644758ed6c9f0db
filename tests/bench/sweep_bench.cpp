// Points of a shipped sweep per second and core: reading them off the file with their keys, and
// computing them in this process, a sample from all over the sweep.
#include <benchmark/benchmark.h>

#include "explore/evaluate.h"
#include "explore/sweep_points.h"
#include "explore/sweep_reader.h"
#include "workloads/library.h"

namespace {

using namespace attnsim::explore;
using attnsim::workloads::Shipped;

Sweep shipped(const char* name) {
  return load_sweep(attnsim::workloads::find_shipped(Shipped::sweep, name));
}

void set_rate(benchmark::State& state, std::size_t points) {
  state.counters["points/s"] =
      benchmark::Counter(static_cast<double>(points), benchmark::Counter::kIsRate);
}

void expand(benchmark::State& state, const char* name) {
  const auto sweep = shipped(name);
  std::size_t points = 0;
  for (auto _ : state) {
    InputCache cache;
    points += points_of(sweep, "1", cache).tasks.size();
  }
  set_rate(state, points);
}
BENCHMARK_CAPTURE(expand, fusemax_pe, "fusemax_pe")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(expand, fusemax_space, "fusemax_space")->Unit(benchmark::kMillisecond);

/// Every `step`-th point, which is to have no factor in common with the values of a parameter.
void compute(benchmark::State& state, const char* name, std::size_t step) {
  const auto sweep = shipped(name);
  InputCache cache;
  const auto points = points_of(sweep, "1", cache);
  std::size_t computed = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < points.tasks.size(); i += step, ++computed) {
      benchmark::DoNotOptimize(evaluate(points.tasks[i], sweep.executor, cache));
    }
  }
  set_rate(state, computed);
}
BENCHMARK_CAPTURE(compute, fusemax_pe, "fusemax_pe", 1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compute, fusemax_space, "fusemax_space", 53)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
