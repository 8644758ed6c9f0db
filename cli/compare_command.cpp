#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/text_file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/program_version.h"
#include "cli/run_record.h"
#include "cli/run_spec.h"
#include "report/compare_page.h"
#include "report/comparison_table.h"
#include "report/web_parts.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::vector<std::string> runs;
  InputOptions shared;
  ExecutorOptions executor;
  std::string json;
  std::string html;
};

/// A run that is read from a file, or ready to be simulated.
struct Candidate {
  std::string label;  ///< empty: the run's own
  std::variant<SimulatedRun, PreparedRun> run;
};

/// The runs of one sequence length.
struct Block {
  std::vector<report::RunRecord> records;
  report::Json json = report::Json::array();
};

void take_default(std::string& value, const std::string& shared) {
  if (value.empty()) value = shared;
}

Candidate prepare_run(const RunSpec& spec, const Options& options, const std::string& seq) {
  if (!spec.file.empty()) {
    const auto text = read_text_file(spec.file);
    auto record = report::run_from_json(text, shown_path(spec.file));
    return {"", SimulatedRun{std::move(record), report::Json::parse(text)}};
  }
  auto point = spec.options;
  take_default(point.model, options.shared.model);
  take_default(point.seq, seq);
  point.shape = options.shared.shape;
  point.sets = options.shared.sets;
  return {spec.label, prepare(point)};
}

SimulatedRun finish_run(Candidate&& candidate, const ExecutorOptions& executor) {
  auto* done = std::get_if<SimulatedRun>(&candidate.run);
  auto run =
      done != nullptr ? std::move(*done) : simulate(std::get<PreparedRun>(candidate.run), executor);
  if (!candidate.label.empty()) run.record.label = candidate.label;
  run.json["label"] = run.record.label;
  return run;
}

Block run_block(std::vector<Candidate>&& candidates, const ExecutorOptions& executor) {
  Block block;
  for (auto& candidate : candidates) {
    auto run = finish_run(std::move(candidate), executor);
    block.records.push_back(std::move(run.record));
    block.json.push_back(std::move(run.json));
  }
  return block;
}

/// Every run of every length, so that a wrong one shows before any is simulated.
std::vector<std::vector<Candidate>> prepare_blocks(const std::vector<RunSpec>& specs,
                                                   const Options& options,
                                                   const std::vector<std::string>& lengths) {
  std::vector<std::vector<Candidate>> blocks;
  blocks.reserve(lengths.size());
  for (const auto& seq : lengths) {
    auto& block = blocks.emplace_back();
    for (const auto& spec : specs) block.push_back(prepare_run(spec, options, seq));
  }
  return blocks;
}

void print_block(const Block& block, bool first) {
  const auto& shapes = block.records.front().shapes;
  const bool alike = std::all_of(block.records.begin(), block.records.end(),
                                 [&](const auto& record) { return record.shapes == shapes; });
  if (!first) std::cout << '\n';
  if (alike) std::cout << report::shapes_text(shapes) << '\n';
  report::print_comparison(std::cout, block.records);
}

/// The same points again, whatever their results are written to.
std::string command_of(const Options& options) {
  auto command = "attnsim compare " + join(options.runs, " ");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) command += fmt::format(" {} {}", name, value);
  };
  add("--model", options.shared.model);
  add("--seq", options.shared.seq);
  add("--shape", options.shared.shape);
  for (const auto& set : options.shared.sets) command += fmt::format(" --set \"{}\"", set);
  return command + fmt::format(" (attnsim {})", program_version());
}

report::ComparedBlock compared(const Block& block) {
  report::ComparedBlock runs;
  for (std::size_t i = 0; i < block.records.size(); ++i) {
    const auto& mapping = block.json[i].at("config").at("mapping");
    runs.push_back({block.records[i], mapping.value("drawing", std::vector<std::string>{})});
  }
  return runs;
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
  OutputFile file(options.json);
  OutputFile html(options.html);
  auto blocks = prepare_blocks(specs, options, lengths);
  auto json = report::Json::array();
  std::vector<report::ComparedBlock> pages;
  for (auto& candidates : blocks) {
    const auto block = run_block(std::move(candidates), options.executor);
    if (!file.is_stdout() && !html.is_stdout()) print_block(block, json.empty());
    if (html.wanted()) pages.push_back(compared(block));
    json.push_back({{"runs", block.json}});
  }
  file.commit(report::to_text({{"blocks", json}}));
  if (html.wanted()) {
    html.commit(report::to_html(report::compare_document(pages, command_of(options)),
                                report::load_web_parts(report::web_folder())));
  }
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
  command
      ->add_option("--html", options->html,
                   "Write a page: why one wins, what differs, charts, and the loop trees")
      ->type_name("FILE");
  command->footer(
      "Example: attnsim compare arch=flat,mapping=flat arch=fusemax,mapping=fusemax "
      "--model bert --seq 4K,64K");
  return {command, [options] { return compare(*options); }};
}

}  // namespace attnsim::cli
