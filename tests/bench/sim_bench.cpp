// Time per tile operation of both executors: every operation stepped through (plain), looking for a
// repeat that never comes (watching), and leaping through a million-token BERT layer (leaping).
#include <benchmark/benchmark.h>
#include <utility>

#include "sim/recurrence_executor.h"
#include "sim/schedule_parts.h"
#include "sim/systemc_executor.h"

namespace {

using namespace attnsim::sim::parts;
using attnsim::sim::ExecuteOptions;
using attnsim::sim::Execution;

using Execute = Execution (*)(const Schedule&, const ExecuteOptions&);

/// Two slots of a buffer between two units.
std::pair<TokenUse, TokenUse> buffer(Schedule& schedule, const char* name) {
  return {one(schedule.tokens.push_back({name, 0})), one(schedule.tokens.push_back({name, 2}))};
}

TileOp tile_op(const char* name, std::int64_t occupancy, std::vector<TokenUse> waits,
               std::vector<TokenUse> releases, std::vector<TokenUse> signals) {
  auto result = op(name, occupancy);
  result.waits = std::move(waits);
  result.releases = std::move(releases);
  result.signals = std::move(signals);
  return result;
}

/// FuseMax's pipeline in small: loads of K and V, a 2D array and a 1D array one tile apart, a store
/// per row. Seven operations per tile of [heads, P, M].
/// @param subcycles  of the loader; a large prime makes its phase repeat after as many tiles
Schedule pipeline(std::int64_t heads, std::int64_t p, std::int64_t m, std::int64_t subcycles) {
  Schedule s;
  const auto [k, k_free] = buffer(s, "K");
  const auto [v, v_free] = buffer(s, "V");
  const auto [qk, qk_free] = buffer(s, "QK");
  const auto [sln, sln_free] = buffer(s, "SLN");
  const auto [av, av_free] = buffer(s, "AV");
  const std::vector<Loop> loops{loop(heads), loop(p), loop(m)};

  auto dram = unit("dram", subcycles);
  const auto transfer = subcycles == 1 ? 60 : 80 * subcycles + 1;
  dram.body = {nest(loops, {dram.ops.push_back(tile_op("load K", transfer, {k_free}, {}, {k})),
                            dram.ops.push_back(tile_op("load V", transfer, {v_free}, {}, {v}))})};
  auto array2d = unit("array2d");
  const auto do_qk = array2d.ops.push_back(tile_op("QK", 65, {k, qk_free}, {k_free}, {qk}));
  const auto do_av = array2d.ops.push_back(tile_op("SLNV", 72, {v, sln}, {v_free, sln_free}, {}));
  array2d.body = {Nest{loops, {Stage{0, {do_qk}}, Stage{1, {do_av}}}}};
  auto array1d = unit("array1d");
  auto row = tile_op("AV", 64, {av_free}, {}, {av});
  row.when = {last(2)};
  array1d.body = {nest(loops, {array1d.ops.push_back(tile_op("RM", 8, {qk}, {qk_free}, {})),
                               array1d.ops.push_back(tile_op("SPNV", 130, {sln_free}, {}, {sln})),
                               array1d.ops.push_back(row)})};
  auto store = unit("store");
  store.body = {nest({loop(heads), loop(p)},
                     {store.ops.push_back(tile_op("store", 60, {av}, {av_free}, {}))})};
  for (auto* each : {&dram, &array2d, &array1d, &store}) s.units.push_back(*each);
  return s;
}

void run(benchmark::State& state, Execute execute, const Schedule& schedule, bool steady_state) {
  std::int64_t ops = 0;
  for (auto iteration : state) {
    (void)iteration;
    const auto result = execute(schedule, {steady_state});
    benchmark::DoNotOptimize(result.cycles);
    ops += result.simulated_ops;
  }
  state.counters["ops"] =
      benchmark::Counter(static_cast<double>(ops), benchmark::Counter::kAvgIterations);
  state.counters["time/op"] = benchmark::Counter(
      static_cast<double>(ops), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void plain(benchmark::State& state, Execute execute) {
  run(state, execute, pipeline(2, 10, 1000, 1), false);
}

void watching(benchmark::State& state, Execute execute) {
  run(state, execute, pipeline(2, 10, 1000, 1'000'003), true);
}

void unwatched(benchmark::State& state, Execute execute) {
  run(state, execute, pipeline(2, 10, 1000, 1'000'003), false);
}

void leaping(benchmark::State& state, Execute execute) {
  run(state, execute, pipeline(768, 4096, 4096, 1), true);
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& [name, execute] :
       {std::pair<std::string, Execute>{"systemc", &attnsim::sim::execute_systemc},
        std::pair<std::string, Execute>{"recurrence", &attnsim::sim::execute_recurrence}}) {
    benchmark::RegisterBenchmark((name + "/plain").c_str(), plain, execute);
    benchmark::RegisterBenchmark((name + "/unwatched").c_str(), unwatched, execute);
    benchmark::RegisterBenchmark((name + "/watching").c_str(), watching, execute);
    benchmark::RegisterBenchmark((name + "/leaping").c_str(), leaping, execute);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
