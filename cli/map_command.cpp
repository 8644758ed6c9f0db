#include <charconv>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "explore/inputs.h"
#include "explore/mapper.h"
#include "explore/problem.h"
#include "explore/simulate.h"
#include "mappings/algorithm_bound.h"
#include "mappings/held.h"
#include "mappings/space_text.h"
#include "mappings/writer.h"
#include "report/map_report.h"
#include "sim/result.h"

namespace attnsim::cli {
namespace {

namespace fs = std::filesystem;

/// Mappings that are looked at before `--within` leaves any out: some seconds.
constexpr std::int64_t exact_points = 5000;

struct Options {
  InputOptions input;
  std::string objective = "cycles,energy,buffer";
  double within = 1;  ///< percent
  std::string limit = "10000";
  mappings::SpaceLimits space;
  std::vector<std::string> against;
  std::string folder;
  std::string json;
  unsigned workers = 0;
};

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// "10000" mappings, "30s", or "none".
void set_limit(const std::string& text, explore::MapperOptions& options) {
  if (text == "none") return;
  const bool seconds = text.ends_with('s');
  const auto* end = text.data() + text.size() - (seconds ? 1 : 0);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < 1) {
    throw InputError("--limit " + text,
                     "must be a number of mappings (10000), a time (30s) or none");
  }
  if (seconds) {
    options.most_seconds = static_cast<double>(number);
  } else {
    options.most_points = number;
  }
}

explore::MapperOptions mapper_options(const Options& options) {
  explore::MapperOptions mapper;
  mapper.objectives = explore::parse_objectives(options.objective);
  mapper.within = options.within / 100;
  mapper.exact_points = exact_points;
  mapper.workers = options.workers;
  mapper.clock = now;
  set_limit(options.limit, mapper);
  return mapper;
}

/// A mapping of a file, on the same machine and shapes.
report::MapRival run_rival(const Options& options, const std::string& mapping) {
  auto point = options.input;
  point.mapping = mapping;
  point.cascade.clear();
  const auto inputs = explore::load_inputs(point);
  const auto lowered = explore::lower(inputs);
  const auto result = sim::summarize(
      inputs.architecture, lowered,
      explore::execute(lowered.schedule, {/*steady_state=*/true, explore::Executor::recurrence}));
  return {mapping,
          {static_cast<double>(result.cycles), result.energy_pj,
           static_cast<double>(mappings::held_bytes(lowered.footprint))}};
}

/// @throws InputError where a mapping or its file is wrong
void run_rivals(const Options& options, report::MapReport& report) {
  for (const auto& name : options.against) {
    try {
      report.rivals.push_back(run_rival(options, name));
    } catch (const InfeasibleError& error) {
      report.misfits.push_back({name, error.what()});
    }
  }
}

/// As a mapping's file has to name the cascade, wherever it stands.
std::string cascade_name(const explore::Inputs& inputs, const std::string& typed) {
  const bool shipped = typed.find('/') == std::string::npos && !typed.ends_with(".cascade");
  return shipped ? typed : fs::absolute(inputs.cascade_path).string();
}

/// DIR/1.xml and so on, in the order of the table.
void write_front(const std::string& folder, const report::MapReport& report,
                 const std::string& cascade) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw InputError(folder, "cannot be made a folder (" + error.message() + ")");
  for (std::size_t i = 0; i < report.result.front.size(); ++i) {
    const auto& found = report.result.front[i];
    auto mapping = report.space->mapping(found.outline, found.details);
    mapping.cascade = cascade;
    auto text = mappings::to_xml(mapping);
    const auto words = join(mappings::describe(*report.space, found.outline, found.details), "; ");
    text.insert(text.find('\n') + 1, "<!-- " + words + " -->\n");
    OutputFile file((fs::path(folder) / (std::to_string(i + 1) + ".xml")).string());
    file.commit(text);
  }
}

mappings::Bound algorithm_bound(const explore::Inputs& inputs, const report::MapReport& report) {
  const auto& front = report.result.front;
  if (front.empty()) return {};
  const auto mapping = report.space->mapping(front.front().outline, front.front().details);
  return mappings::algorithm_bound(
      inputs.cascade, inputs.architecture,
      mappings::complete_shapes(inputs.cascade, inputs.architecture, mapping, inputs.shapes));
}

ExitCode map(const Options& options) {
  auto mapper = mapper_options(options);
  OutputFile json(options.json);
  const auto inputs = explore::load_problem(options.input);
  const auto space =
      mappings::space_of(inputs.cascade, inputs.architecture, inputs.shapes, options.space);
  report::MapReport report;
  run_rivals(options, report);
  report.cascade = inputs.cascade.name;
  report.arch = inputs.architecture.name;
  if (inputs.model) report.model = inputs.model->name;
  report.shapes = inputs.shapes;
  report.clock_hz = inputs.architecture.clock.count();
  report.space = &space;
  report.objectives = mapper.objectives;
  report.within = mapper.within;
  for (const auto& rival : report.rivals) mapper.rivals.push_back(rival.costs);
  const auto start = now();
  report.result = explore::search(space, mapper);
  report.seconds = now() - start;
  report.algorithm = algorithm_bound(inputs, report);
  if (!json.is_stdout()) report::print_map(std::cout, report);
  json.commit(report::to_text(report::to_json(report)));
  report::print_rate(std::cerr, report);
  if (report.result.front.empty()) {
    throw InfeasibleError(inputs.architecture.place,
                          "no mapping was found that fits: allow smaller tiles (--halvings)");
  }
  if (!options.folder.empty()) {
    write_front(options.folder, report, cascade_name(inputs, options.input.cascade));
  }
  return ExitCode::done;
}

void add_search_options(CLI::App& command, Options& options) {
  command
      .add_option("--objective", options.objective,
                  "What to make small, several for a Pareto front: cycles, energy, buffer\n"
                  "(bytes held on the chip)")
      ->type_name("NAME,...")
      ->capture_default_str();
  command
      .add_option("--within", options.within,
                  "Leave out what is better than a mapping found by this part at most; 0: nothing")
      ->type_name("PERCENT")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  command
      .add_option("--limit", options.limit,
                  "Mappings to look at (10000), or a time (30s), or none; beyond it the gap to\n"
                  "the bound is reported")
      ->type_name("N|Ns|none")
      ->capture_default_str();
  command
      .add_option("--halvings", options.space.halvings,
                  "Tiles: the units' sizes, halved up to so many times")
      ->check(CLI::Range(0, 16))
      ->capture_default_str();
  command
      .add_option(
          "--cuts", options.space.cuts,
          "Cuts between fused groups at most (and all Einsums apart). Default: 2 where there\n"
          "are 5 places for them at most, else 1")
      ->check(CLI::Range(0, 16));
  command
      .add_option("--moves", options.space.moves,
                  "Einsums bound off the unit where they take fewest cycles, at most")
      ->check(CLI::Range(0, 16))
      ->capture_default_str();
}

void add_output_options(CLI::App& command, Options& options) {
  command
      .add_option("--against", options.against,
                  "Mappings, files or shipped names, to compare the front with")
      ->type_name("MAPPING,...")
      ->delimiter(',');
  command.add_option("-o,--output", options.folder, "Write the front's mappings: DIR/1.xml, ...")
      ->type_name("DIR");
  command
      .add_option("--json", options.json,
                  "Write the result as JSON; - is stdout, without the table")
      ->type_name("FILE");
  command
      .add_option("-j,--workers", options.workers,
                  "Threads; 0 (default): one a core. The result is the same with any number")
      ->type_name("N");
}

}  // namespace

Command add_map(CLI::App& program) {
  auto* command = program.add_subcommand(
      "map", "Search for mappings: the Pareto front, and what is proven of it");
  const auto options = std::make_shared<Options>();
  command->add_option("--cascade", options->input.cascade, "Cascade file or shipped name")
      ->type_name("CASCADE")
      ->required();
  command->add_option("--arch", options->input.arch, "Architecture file or shipped name")
      ->type_name("ARCH")
      ->required();
  add_shape_options(*command, options->input);
  for (const auto* gpu : {"--causal", "--param"}) {
    command->remove_option(command->get_option(gpu));
  }
  add_set_option(*command, options->input);
  add_search_options(*command, *options);
  add_output_options(*command, *options);
  command->footer(
      "Example: attnsim map --cascade attention_1pass --arch fusemax --model bert --seq 4K "
      "--objective cycles --against fusemax");
  return {command, [options] { return map(*options); }};
}

}  // namespace attnsim::cli
