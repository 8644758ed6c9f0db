#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text_file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/run_record.h"
#include "cli/run_spec.h"
#include "report/comparison_table.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::vector<std::string> runs;
  InputOptions shared;
  ExecutorOptions executor;
  std::string json;
};

/// The runs of one sequence length.
struct Block {
  std::vector<report::RunRecord> records;
  report::Json json = report::Json::array();
};

void take_default(std::string& value, const std::string& shared) {
  if (value.empty()) value = shared;
}

SimulatedRun load_or_simulate(const RunSpec& spec, const Options& options, const std::string& seq) {
  if (!spec.file.empty()) {
    const auto text = read_text_file(spec.file);
    auto record = report::run_from_json(text, shown_path(spec.file));
    return {std::move(record), report::Json::parse(text)};
  }
  auto point = spec.options;
  take_default(point.model, options.shared.model);
  take_default(point.seq, seq);
  point.shape = options.shared.shape;
  point.sets = options.shared.sets;
  return simulate(point, options.executor);
}

Block run_block(const std::vector<RunSpec>& specs, const Options& options, const std::string& seq) {
  Block block;
  for (const auto& spec : specs) {
    auto run = load_or_simulate(spec, options, seq);
    if (!spec.label.empty()) run.record.label = spec.label;
    run.json["label"] = run.record.label;
    block.records.push_back(std::move(run.record));
    block.json.push_back(std::move(run.json));
  }
  return block;
}

void print_block(const Block& block, bool first) {
  const auto& shapes = block.records.front().shapes;
  const bool alike = std::all_of(block.records.begin(), block.records.end(),
                                 [&](const auto& record) { return record.shapes == shapes; });
  if (!first) std::cout << '\n';
  if (alike) std::cout << report::shapes_text(shapes) << '\n';
  report::print_comparison(std::cout, block.records);
}

ExitCode compare(const Options& options) {
  std::vector<RunSpec> specs;
  for (const auto& text : options.runs) specs.push_back(parse_run_spec(text));
  const auto lengths = split_list(options.shared.seq);
  const bool has_file = std::any_of(specs.begin(), specs.end(),
                                    [](const RunSpec& spec) { return !spec.file.empty(); });
  if (has_file && lengths.size() > 1) {
    throw InputError("--seq " + options.shared.seq,
                     "a JSON file holds one length: compare it with points of one length");
  }
  auto json = report::Json::array();
  for (const auto& seq : lengths) {
    const auto block = run_block(specs, options, seq);
    if (options.json != "-") print_block(block, json.empty());
    json.push_back({{"runs", block.json}});
  }
  if (!options.json.empty()) write_output(options.json, report::to_text({{"blocks", json}}));
  return ExitCode::done;
}

}  // namespace

Command add_compare(CLI::App& program) {
  auto* command = program.add_subcommand(
      "compare", "Simulate points and set them side by side, speedup included");
  const auto options = std::make_shared<Options>();
  command
      ->add_option("run", options->runs,
                   "arch=A,mapping=M[,cascade=C][,model=N][,seq=L][,label=X], or a JSON file of "
                   "`attnsim simulate --json`")
      ->type_name("RUN")
      ->required();
  add_shape_options(*command, options->shared);
  command->get_option("--seq")->description(
      "Sequence length of the runs that say none; 4K,64K gives a table for each");
  add_set_option(*command, options->shared);
  add_executor_options(*command, options->executor);
  command
      ->add_option("--json", options->json,
                   "Write all results as JSON; - is stdout, without the tables")
      ->type_name("FILE");
  command->footer(
      "Example: attnsim compare arch=flat,mapping=flat arch=fusemax,mapping=fusemax "
      "--model bert --seq 4K,64K");
  return {command, [options] { return compare(*options); }};
}

}  // namespace attnsim::cli
