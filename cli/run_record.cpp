#include "cli/run_record.h"

#include <filesystem>
#include <utility>

#include "base/data_root.h"
#include "base/text_file.h"
#include "cli/program_version.h"
#include "einsum/printer.h"
#include "explore/simulate.h"

namespace attnsim::cli {
namespace {

using explore::Inputs;
using report::Json;

/// Shipped files by their place in the tree: the same on every machine.
std::string portable(const std::string& path) {
  const auto relative = std::filesystem::path(path).lexically_relative(data_root());
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside && path != "-" ? relative.generic_string() : shown_path(path);
}

Json described(const explore::Document& document, const std::string& name) {
  return {{"name", name}, {"file", portable(document.path)}, {"text", document.text}};
}

Json model_config(const Inputs& inputs) {
  if (!inputs.model) return nullptr;
  auto json = described(*inputs.model_file, inputs.model->name);
  json["shapes"] = inputs.model->shapes;
  return json;
}

Json config(const Inputs& inputs, const mappings::Lowered& lowered, const InputOptions& options,
            const ExecutorOptions& executor) {
  auto arch = described(inputs.arch_file, inputs.architecture.name);
  arch["resolved"] = report::to_json(inputs.architecture);
  auto mapping = described(inputs.mapping_file, inputs.mapping.name);
  mapping["drawing"] = inputs.mapping.kernel ? explore::draw(inputs) : lowered.drawing;
  mapping["footprint"] = report::to_json(lowered.footprint);
  Json json = {{"version", program_version()}, {"arch", arch}, {"mapping", mapping}};
  json["cascade"] = {{"name", inputs.cascade.name},
                     {"file", portable(inputs.cascade_path)},
                     {"text", einsum::to_text(inputs.cascade)}};
  json["model"] = model_config(inputs);
  json["seq"] = options.seq.empty() ? Json(nullptr) : Json(options.seq);
  json["shapes"] = inputs.shapes;
  json["overrides"] = options.sets;
  json["steady_state"] = executor.steady_state;
  json["executor"] = explore::name_of(executor.executor);
  return json;
}

report::RunRecord record_of(const Inputs& inputs, sim::SimResult result) {
  report::RunRecord record;
  record.arch = inputs.architecture.name;
  record.mapping = inputs.mapping.name;
  record.label =
      record.mapping == record.arch ? record.mapping : record.mapping + "@" + record.arch;
  record.cascade = inputs.cascade.name;
  if (inputs.model) record.model = inputs.model->name;
  record.shapes = inputs.shapes;
  record.clock_hz = result.clock_hz > 0 ? result.clock_hz : inputs.architecture.clock.count();
  record.result = std::move(result);
  return record;
}

SimulatedRun run_of(const PreparedRun& point, const ExecutorOptions& executor,
                    sim::SimResult result) {
  auto record = record_of(point.inputs, std::move(result));
  if (!point.inputs.mapping.kernel) record.algorithm = explore::algorithm_bound(point.inputs);
  auto json = report::to_json(record.result);
  if (record.algorithm.cycles > 0) {
    json["algorithm_bound_cycles"] = record.algorithm.cycles;
    json["algorithm_bound_by"] = record.algorithm.by;
  }
  json["config"] = config(point.inputs, point.lowered, point.options, executor);
  return {std::move(record), std::move(json)};
}

}  // namespace

PreparedRun prepare(const InputOptions& options) {
  auto inputs = explore::load_inputs(options);
  if (inputs.mapping.kernel) return {options, std::move(inputs), {}};
  auto lowered = explore::lower(inputs);
  return {options, std::move(inputs), std::move(lowered)};
}

SimulatedRun simulate(const PreparedRun& point, const ExecutorOptions& executor) {
  if (point.inputs.mapping.kernel)
    return run_of(point, executor, explore::simulate(point.inputs, executor));
  return summarize(point, executor, explore::execute(point.lowered.schedule, executor));
}

SimulatedRun summarize(const PreparedRun& point, const ExecutorOptions& executor,
                       const sim::Execution& execution) {
  return run_of(point, executor,
                sim::summarize(point.inputs.architecture, point.lowered, execution));
}

}  // namespace attnsim::cli
