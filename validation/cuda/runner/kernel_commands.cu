#include <atomic>
#include <cstdio>
#include <fnmatch.h>
#include <sstream>

#include "base/timing.cuh"
#include "kernels/list.cuh"
#include "kernels/softmax_run.cuh"
#include "runner/commands.cuh"
#include "runner/isolated.cuh"
#include "runner/table.cuh"

namespace attnsim::gpu {
namespace {

constexpr double kAllRows = 1e9;   ///< products of the reference in `check`
constexpr double kSomeRows = 5e7;  ///< and beside each measured row
constexpr double kLimitSeconds = 30;

constexpr const char* kColumns =
    "kernel,B,H,J,P,M,E,F,causal,dtype,extra,median_us,p10_us,p90_us,runs,sm_clock_mhz,tflops,"
    "gbytes_per_s,loop_us,loop_clock_mhz,energy_mj,power_w,check";

const std::vector<std::string> kColumnNotes = {
    "B batch, H query heads, J key-value heads, P queries, M keys, E and F head dims",
    "median_us, p10_us, p90_us, runs: single runs by events, the L2 flushed before each, after the "
    "loop; sm_clock_mhz: in these runs, by the SM's own counter",
    "tflops: products at two operations a term, only pairs that the mask lets be seen",
    "gbytes_per_s: inputs read once and outputs written once, in 1e9 bytes, over median_us",
    "loop_us: a run of many back to back, L2 as they leave it; loop_clock_mhz, energy_mj (a run) "
    "and "
    "power_w are of that loop, by NVML; 0: not measured",
    "check: ok and the relative error against double precision, or what went wrong",
};

struct Job {
  const Kernel* kernel;
  Shape shape;
};

std::string pci_bus_id() {
  char text[32] = "";
  int device = 0;
  GPU_CHECK(cudaGetDevice(&device));
  GPU_CHECK(cudaDeviceGetPCIBusId(text, sizeof(text), device));
  return text;
}

std::vector<Kernel> chosen_kernels(const Options& options) {
  std::vector<Kernel> chosen;
  for (Kernel& kernel : all_kernels()) {
    if (matches(kernel.name, options)) chosen.push_back(std::move(kernel));
  }
  if (chosen.empty()) throw UsageError("no kernel is named like " + options.pattern);
  return chosen;
}

std::vector<Job> jobs_of(const std::vector<Kernel>& kernels, const Options& options,
                         std::vector<Shape> Kernel::*shapes) {
  std::vector<Job> jobs;
  for (const Kernel& kernel : kernels) {
    if (options.shape) {
      jobs.push_back({&kernel, *options.shape});
    } else {
      for (const Shape& shape : kernel.*shapes) jobs.push_back({&kernel, shape});
    }
  }
  return jobs;
}

std::unique_ptr<Run> make_run(const Job& job) {
  const std::string refusal = job.kernel->refuses(job.shape);
  if (!refusal.empty()) throw GpuError("not for this shape: " + refusal);
  return job.kernel->make(job.shape);
}

std::vector<std::string> shape_cells(const Job& job) {
  const Shape& s = job.shape;
  std::vector<std::string> cells = {job.kernel->name};
  for (const int rank : {s.B, s.H, s.J, s.P, s.M, s.E, s.F, s.causal ? 1 : 0}) {
    cells.push_back(std::to_string(rank));
  }
  cells.push_back(job.kernel->dtype);
  cells.push_back(extra_text(s));
  return cells;
}

void measure(const Job& job, const Options& options, Table& table) {
  const auto run = make_run(job);
  const std::string verdict = run->check(kSomeRows);
  const Nvml nvml(pci_bus_id());
  Timer timer(nvml);
  const Launch launch = [&](cudaStream_t stream) { run->launch(stream); };
  // the loop first: it brings clock and temperature to where a long load keeps them
  Load load;
  if (options.patience.energy_seconds > 0) {
    load = timer.load(launch, timer.once_us(launch, true), options.patience.energy_seconds);
  }
  const Times times = timer.time(launch, options.patience);
  const Work work = run->work();
  const double tflops = work.flops / times.median_us * 1e-6;
  const double gbytes = work.bytes / times.median_us * 1e-3;
  auto cells = shape_cells(job);
  for (const double value : {times.median_us, times.p10_us, times.p90_us}) {
    cells.push_back(decimal(value, 2));
  }
  cells.push_back(std::to_string(times.runs));
  cells.push_back(decimal(times.sm_clock_mhz, 0));
  cells.push_back(decimal(tflops, 2));
  cells.push_back(decimal(gbytes, 1));
  cells.push_back(decimal(load.loop_us, 2));
  cells.push_back(std::to_string(load.sm_clock_mhz));
  cells.push_back(decimal(load.energy_mj, 4));
  cells.push_back(decimal(load.power_w, 1));
  cells.push_back(verdict);
  table.row(cells);
  std::printf("%10.1f us %7.1f TFLOP/s %7.1f GB/s %5.0f MHz %5.0f W  %s\n", times.median_us, tflops,
              gbytes, times.sm_clock_mhz, load.power_w, verdict.c_str());
}

void announce(int index, std::size_t count, const Job& job) {
  std::printf("[%d/%zu] %-20s %-52s", index + 1, count, job.kernel->name.c_str(),
              to_string(job.shape).c_str());
  std::fflush(stdout);
}

}  // namespace

bool matches(const std::string& name, const Options& options) {
  std::istringstream patterns(options.pattern);
  for (std::string pattern; std::getline(patterns, pattern, ',');) {
    if (fnmatch(pattern.c_str(), name.c_str(), 0) == 0) return true;
  }
  return false;
}

int list_command(const Options& options) {
  for (const Kernel& kernel : chosen_kernels(options)) {
    std::printf("%-22s %4zu shapes  %-6s %s\n", kernel.name.c_str(), kernel.measured.size(),
                kernel.dtype.c_str(), kernel.about.c_str());
  }
  return 0;
}

int check_command(const Options& options) {
  const auto kernels = chosen_kernels(options);
  const auto jobs = jobs_of(kernels, options, &Kernel::checked);
  std::printf("passes: relative error at most %g, of the worst row %g\n", kToleranceAll,
              kToleranceRow);
  const auto wrong = shared_counter();
  auto failed = [&](int index, const std::string& why) {
    ++*wrong;
    std::printf("%-20s %s  error: %s\n", jobs[index].kernel->name.c_str(),
                to_string(jobs[index].shape).c_str(), why.c_str());
    std::fflush(stdout);
  };
  auto task = [&](int index) {
    const std::string verdict = make_run(jobs[index])->check(kAllRows);
    if (verdict.rfind("ok", 0) != 0) return failed(index, verdict);
    std::printf("%-20s %s  %s\n", jobs[index].kernel->name.c_str(),
                to_string(jobs[index].shape).c_str(), verdict.c_str());
    std::fflush(stdout);
  };
  run_isolated(static_cast<int>(jobs.size()), kLimitSeconds, task, failed);
  std::printf("%zu shapes, %d wrong\n", jobs.size(), wrong->load());
  return wrong->load() == 0 ? 0 : 1;
}

int run_command(const Options& options) {
  const auto kernels = chosen_kernels(options);
  const auto jobs = jobs_of(kernels, options, &Kernel::measured);
  auto header = [&](int) {
    auto comments = provenance(options);
    comments.insert(comments.end(), kColumnNotes.begin(), kColumnNotes.end());
    write_header(options.csv, comments, kColumns);
  };
  auto no_gpu = [](int, const std::string& why) { std::printf("error: %s\n", why.c_str()); };
  run_isolated(1, kLimitSeconds, header, no_gpu);
  Table table(options.csv);
  auto task = [&](int index) {
    announce(index, jobs.size(), jobs[index]);
    measure(jobs[index], options, table);
    std::fflush(stdout);
  };
  auto failed = [&](int index, const std::string& why) {
    auto cells = shape_cells(jobs[index]);
    cells.resize(cells.size() + 11);
    cells.push_back("error: " + why);
    table.row(cells);
    std::printf("error: %s\n", why.c_str());
    std::fflush(stdout);
  };
  run_isolated(static_cast<int>(jobs.size()), kLimitSeconds, task, failed);
  return 0;
}

}  // namespace attnsim::gpu
