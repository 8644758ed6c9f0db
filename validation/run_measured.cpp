#include "validation/run_measured.h"

#include <algorithm>
#include <utility>

#include "arch/reader.h"
#include "base/error.h"
#include "explore/simulate.h"
#include "validation/gpu_names.h"
#include "workloads/library.h"

namespace attnsim::validation {
namespace {

std::string mapping_of(const Measurement& row) { return "gpu/" + row.kernel; }

bool has_mapping(const Measurement& row) {
  static const auto shipped = workloads::list_shipped(workloads::Shipped::mapping);
  return std::find(shipped.begin(), shipped.end(), mapping_of(row)) != shipped.end();
}

std::string joined(const std::map<std::string, std::int64_t>& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    text += (text.empty() ? "" : ",") + name + "=" + std::to_string(value);
  }
  return text;
}

std::string command_of(const explore::Point& point) {
  auto command = "attnsim simulate --arch " + point.arch + " --mapping " + point.mapping +
                 " --shape " + point.shape;
  if (point.causal) command += " --causal";
  if (!point.parameters.empty()) command += " --param " + point.parameters;
  return command;
}

Prediction predict(const explore::Point& point, const explore::ExecutorOptions& executor) {
  const auto inputs = explore::load_inputs(point);
  const auto result = explore::simulate(inputs, executor);
  Prediction prediction;
  prediction.cycles = result.cycles;
  prediction.seconds = result.seconds;
  prediction.clock_hz = result.clock_hz > 0 ? result.clock_hz : inputs.architecture.clock.count();
  prediction.energy_pj = result.energy_pj;
  prediction.bound_cycles = result.bound_cycles;
  prediction.bound_by = result.bound_by;
  prediction.bound_seconds = static_cast<double>(result.bound_cycles) / prediction.clock_hz;
  const auto cycles = static_cast<double>(std::max<std::int64_t>(result.cycles, 1));
  for (const auto& unit : result.units) prediction.busy[unit.name] = unit.busy_cycles / cycles;
  return prediction;
}

std::optional<report::Roofline> machine_of(const arch::Architecture& architecture) {
  try {
    return report::roofline_of(architecture);
  } catch (const InputError&) {
    return std::nullopt;  // a comparison does without it
  }
}

}  // namespace

explore::Point point_of(const Measurement& row, const std::string& arch) {
  if (!has_mapping(row)) throw InputError("not simulated", "no mapping " + mapping_of(row));
  explore::Point point;
  point.arch = arch;
  point.mapping = mapping_of(row);
  point.shape = joined(row.ranks);
  point.causal = row.causal;
  point.parameters = joined(row.parameters);
  return point;
}

MeasuredStudy run_measured(MeasuredTable table, const MeasuredOptions& options) {
  if (!options.kernels.empty()) keep_kernels(options.kernels, table);
  MeasuredStudy study;
  study.arch = options.arch.empty() ? arch_of_gpu(table, load_gpu_names()) : options.arch;
  const auto architecture =
      arch::load_architecture(workloads::find_shipped(workloads::Shipped::arch, study.arch));
  study.clock_hz = architecture.clock.count();
  study.machine = machine_of(architecture);
  const bool one_kernel = options.executor.executor == explore::Executor::systemc;
  const auto count = table.rows.size();
  const auto progress = [&](std::size_t done) {
    if (options.progress) options.progress(done, count);
  };
  study.rows = predict_rows(
      table.rows,
      [&](const Measurement& row) { return predict(point_of(row, study.arch), options.executor); },
      one_kernel ? 1 : options.workers, progress);
  const auto families = load_kernel_families();
  for (auto& row : study.rows) {
    row.family = family_of(row.measured.kernel, families);
    if (study.machine) row.roofline_s = roofline_seconds(row.measured, *study.machine);
    if (has_mapping(row.measured)) row.command = command_of(point_of(row.measured, study.arch));
  }
  table.rows.clear();
  study.table = std::move(table);
  return study;
}

}  // namespace attnsim::validation
