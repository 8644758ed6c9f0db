// Time of each step from text to cycles: parsing, lowering, simulating a point of the published
// evaluation with and without skipping. Counters: per point, and per tile step where tiles run.
#include <benchmark/benchmark.h>
#include <fstream>
#include <sstream>
#include <string>

#include "mappings/shipped.h"
#include "sim/recurrence_executor.h"
#include "sim/result.h"
#include "sim/systemc_executor.h"
#include "validation/run_study.h"
#include "workloads/model.h"

namespace {

using namespace attnsim;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

mappings::Design bert(const std::string& name, std::int64_t sequence_length) {
  auto design = mappings::shipped_design(name, sequence_length);
  const auto path = workloads::find_shipped(workloads::Shipped::model, "bert");
  design.shapes = workloads::shapes_of(workloads::load_model(path), sequence_length);
  return design;
}

void parse_cascade(benchmark::State& state) {
  const auto path = workloads::find_shipped(workloads::Shipped::cascade, "attention_1pass");
  const auto text = text_of(path);
  for (auto _ : state) benchmark::DoNotOptimize(einsum::parse_cascade(text, path));
}
BENCHMARK(parse_cascade)->Unit(benchmark::kMicrosecond);

void parse_architecture(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(mappings::shipped_architecture("fusemax"));
}
BENCHMARK(parse_architecture)->Unit(benchmark::kMicrosecond);

void parse_mapping(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(mappings::shipped_mapping("fusemax"));
}
BENCHMARK(parse_mapping)->Unit(benchmark::kMicrosecond);

void lower(benchmark::State& state, const char* name) {
  const auto design = bert(name, state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(design.lower());
}
BENCHMARK_CAPTURE(lower, fusemax, "fusemax")
    ->Arg(4096)
    ->Arg(1 << 20)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(lower, flat, "flat")->Arg(4096)->Arg(65536)->Unit(benchmark::kMicrosecond);

/// A whole point: `items` are the tile steps of the 2D array that the point stands for.
template <class Execute>
void simulate(benchmark::State& state, const char* name, const Execute& execute,
              sim::ExecuteOptions options) {
  const auto sequence_length = state.range(0);
  auto design = bert(name, sequence_length);
  if (!options.steady_state) design.shapes["B"] = 1;  // one of 64: a plain run takes that longer
  const auto lowered = design.lower();
  std::int64_t ops = 0;
  for (auto _ : state) {
    const auto execution = execute(lowered.schedule, options);
    ops += execution.simulated_ops;
    benchmark::DoNotOptimize(sim::summarize(design.architecture, lowered, execution));
  }
  const auto tiles =
      (sequence_length / 256) * (sequence_length / 256) * design.shapes["B"] * design.shapes["H"];
  const auto runs = static_cast<double>(state.iterations());
  state.counters["s_per_tile_step"] = benchmark::Counter(
      runs * static_cast<double>(tiles), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["ops_simulated"] = static_cast<double>(ops) / runs;
}

const auto by_systemc = [](const auto& schedule, const auto& options) {
  return sim::execute_systemc(schedule, options);
};
const auto by_recurrence = [](const auto& schedule, const auto& options) {
  return sim::execute_recurrence(schedule, options);
};
constexpr sim::ExecuteOptions skipping{true};
constexpr sim::ExecuteOptions plain{false};

BENCHMARK_CAPTURE(simulate, fusemax_systemc_skipping, "fusemax", by_systemc, skipping)
    ->Arg(4096)
    ->Arg(65536)
    ->Arg(1 << 20)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, fusemax_systemc_plain, "fusemax", by_systemc, plain)
    ->Arg(16384)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, fusemax_recurrence_skipping, "fusemax", by_recurrence, skipping)
    ->Arg(65536)
    ->Arg(1 << 20)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, fusemax_recurrence_plain, "fusemax", by_recurrence, plain)
    ->Arg(16384)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, flat_systemc_skipping, "flat", by_systemc, skipping)
    ->Arg(4096)
    ->Arg(65536)
    ->Unit(benchmark::kMillisecond);

/// All rows of the published FuseMax evaluation, as `attnsim validate` runs them.
void validate(benchmark::State& state) {
  validation::StudyOptions options;
  options.workers = static_cast<unsigned>(state.range(0));
  std::size_t rows = 0;
  for (auto _ : state) {
    const auto study = validation::run_study(validation::find_study("fusemax"), options);
    rows += study.rows.size();
    benchmark::DoNotOptimize(study);
  }
  state.counters["s_per_row"] = benchmark::Counter(
      static_cast<double>(rows), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(validate)->ArgName("workers")->Arg(1)->Arg(2)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
