// What a search of mappings is made of: the closed-form bounds of an outline, one mapping lowered
// and run, and whole searches, per mapping of the space and per mapping evaluated.
#include <benchmark/benchmark.h>
#include <string>

#include "explore/candidate.h"
#include "explore/mapper.h"
#include "mappings/shipped.h"
#include "mappings/space_bound.h"

namespace {

using namespace attnsim;

/// BERT at 4K tokens.
struct Searched {
  einsum::Cascade cascade;
  arch::Architecture architecture;
  mappings::MappingSpace space;

  Searched(const std::string& cascade_name, const std::string& arch)
      : cascade(mappings::shipped_cascade(cascade_name)),
        architecture(mappings::shipped_architecture(arch)),
        space(mappings::space_of(
            cascade, architecture,
            {{"B", 64}, {"H", 12}, {"E", 64}, {"F", 64}, {"P", 4096}, {"M", 4096}}, {1, 0, 1})) {}
};

void bound_outline(benchmark::State& state) {
  const Searched searched("attention_1pass", "fusemax");
  const auto& space = searched.space;
  std::size_t next = 0;
  for (auto _ : state) {
    const auto& outline = space.outlines[next++ % space.outlines.size()];
    const mappings::OutlineBound bound(space.roles, outline, space.fusions[outline.fusion]);
    benchmark::DoNotOptimize(bound.any(space.bindings(bound)));
  }
}
BENCHMARK(bound_outline)->Unit(benchmark::kMicrosecond);

void evaluate_mapping(benchmark::State& state) {
  const Searched searched("attention_1pass", "fusemax");
  const auto& space = searched.space;
  const auto& outline = space.outlines.front();
  const auto details = space.details(space.bindings(outline).front()).front();
  const auto mapping = space.mapping(outline, details);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        explore::evaluate(space.roles, mapping, [](const auto&) { return false; }));
  }
}
BENCHMARK(evaluate_mapping)->Unit(benchmark::kMicrosecond);

void search(benchmark::State& state, const char* cascade, const char* arch, const char* objectives,
            std::int64_t most_points) {
  const Searched searched(cascade, arch);
  explore::MapperOptions options;
  options.objectives = explore::parse_objectives(objectives);
  options.most_points = most_points;
  std::int64_t decided = 0;
  std::int64_t evaluated = 0;
  for (auto _ : state) {
    const auto result = explore::search(searched.space, options);
    decided += result.counts.space - result.counts.left;
    evaluated += result.counts.lowered;
  }
  using Counter = benchmark::Counter;
  state.counters["mappings/s"] = Counter(static_cast<double>(decided), Counter::kIsRate);
  state.counters["evaluated/s"] = Counter(static_cast<double>(evaluated), Counter::kIsRate);
}
BENCHMARK_CAPTURE(search, fusemax_cycles, "attention_1pass", "fusemax", "cycles", 0)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(search, flat_cycles, "attention_3pass", "flat", "cycles", 0)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(search, flat_front, "attention_3pass", "flat", "cycles,energy,buffer", 1000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}

extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) { return 1; }  // libsystemc refers to it
