#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "arch/reader.h"
#include "base/did_you_mean.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "explore/inputs.h"
#include "report/atlas.h"
#include "report/pass_shapes.h"
#include "report/pass_text.h"
#include "report/run_record.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string cascade;
  bool all = false;
  std::string output;
  std::string csv;
  std::string arch = "fusemax";
  std::string rank;
  std::string json;
  std::int64_t word_bits = 16;
  InputOptions shapes;
};

const std::string default_model = "bert";  // of --all
const std::string default_length = "4K";

/// The shapes that were asked for, of the ranks that the cascade has; nothing if none was.
std::optional<einsum::Shapes> shapes_for(const einsum::Cascade& cascade,
                                         const InputOptions& options) {
  if (options.model.empty() && options.seq.empty() && options.shape.empty()) return std::nullopt;
  workloads::Shapes all;
  if (!options.model.empty()) {
    all = workloads::load_model(find_shipped(workloads::Shipped::model, options.model)).shapes;
  }
  report::ShapeSources sources{{}, 0, std::move(all)};
  if (!options.seq.empty()) sources.length = workloads::parse_sequence_length(options.seq);
  if (!options.shape.empty()) sources.given = workloads::parse_shape(options.shape);
  auto shapes = report::shapes_from(cascade, sources);
  shapes.insert(sources.given.begin(), sources.given.end());  // unknown names are refused there
  return shapes;
}

std::string rank_for(const einsum::Cascade& cascade, const Options& options) {
  if (!options.rank.empty()) return options.rank;
  if (auto rank = report::sequence_rank(cascade); !rank.empty()) return rank;
  std::vector<std::string> ranks;
  for (const auto& rank : cascade.ranks) ranks.push_back(rank.name);
  throw InputError(cascade.file, "has no rank M: say which one with --rank (" + join(ranks) + ")");
}

ExitCode passes(const Options& options) {
  OutputFile json(options.json);
  const auto path = find_shipped(workloads::Shipped::cascade, options.cascade);
  auto cascade = explore::read_cascade(path);
  const auto shapes = shapes_for(cascade, options.shapes);
  if (options.rank.empty() && !shapes && !json.wanted()) {
    std::cout << cascade.name << '\n';
    report::print_passes_of_ranks(std::cout, cascade);
    return ExitCode::done;
  }
  const auto rank = rank_for(cascade, options);
  const auto report = report::report_passes(std::move(cascade), rank, shapes, options.word_bits);
  if (!json.is_stdout()) report::print_passes(std::cout, report);
  json.commit(report::to_text(report::to_json(report)));
  return ExitCode::done;
}

report::AtlasOptions atlas_options(const Options& options) {
  report::AtlasOptions atlas;
  atlas.rank = options.rank;
  const auto& model = options.shapes.model.empty() ? default_model : options.shapes.model;
  atlas.model = workloads::load_model(find_shipped(workloads::Shipped::model, model)).shapes;
  atlas.length = workloads::parse_sequence_length(options.shapes.seq.empty() ? default_length
                                                                             : options.shapes.seq);
  if (!options.shapes.shape.empty()) atlas.shape = workloads::parse_shape(options.shapes.shape);
  atlas.word_bits = options.word_bits;
  return atlas;
}

/// A misspelt rank would silently set nothing.
void check_shape_names(const report::AtlasOptions& settings, const std::set<std::string>& known) {
  for (const auto& [name, value] : settings.shape) {
    if (name == "P" || name == "M") {
      throw InputError("--shape " + name, "the atlas sets P and M: give --seq instead");
    }
    if (known.contains(name)) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    throw InputError("--shape " + name, "no shipped cascade has such a rank or parameter (known: " +
                                            join(names) + ")");
  }
}

/// The command that makes the page again, whatever was left to the defaults written out.
std::string command_of(const Options& options) {
  const auto or_default = [](const std::string& given, const std::string& otherwise) {
    return given.empty() ? otherwise : given;
  };
  auto text = fmt::format(
      "attnsim passes --all -o {} --model {} --seq {} --bits {} --arch {}",
      or_default(options.output, "atlas.html"), or_default(options.shapes.model, default_model),
      or_default(options.shapes.seq, default_length), options.word_bits, options.arch);
  if (!options.rank.empty()) text += " --rank " + options.rank;
  if (!options.shapes.shape.empty()) text += " --shape " + options.shapes.shape;
  return text + " (attnsim " ATTNSIM_VERSION ")";
}

report::Atlas make_atlas(const Options& options) {
  const auto settings = atlas_options(options);
  report::Atlas atlas;
  atlas.rank = settings.rank;
  atlas.length = settings.length;
  atlas.word_bits = settings.word_bits;
  atlas.command = command_of(options);
  atlas.machine = report::roofline_of(
      arch::load_architecture(find_shipped(workloads::Shipped::arch, options.arch)));
  atlas.shape_text = fmt::format(
      "{}, sequence length {}, words of {} bits; prefill: as many queries "
      "as keys, decode: one query",
      report::shapes_text(settings.model), settings.length, settings.word_bits);
  std::set<std::string> known;
  for (const auto& name : workloads::list_shipped(workloads::Shipped::cascade)) {
    const auto cascade = explore::read_cascade(find_shipped(workloads::Shipped::cascade, name));
    for (const auto& rank : cascade.ranks) known.insert(rank.name);
    for (const auto& param : cascade.params) known.insert(param.name);
    report::add_to_atlas(atlas, cascade, settings);
  }
  check_shape_names(settings, known);
  return atlas;
}

ExitCode all_passes(const Options& options) {
  OutputFile page(options.output);
  OutputFile csv(options.csv);
  const auto atlas = make_atlas(options);
  if (!page.is_stdout() && !csv.is_stdout()) report::print_atlas(std::cout, atlas);
  if (csv.wanted()) csv.commit(report::atlas_csv(atlas));
  if (page.wanted()) {
    page.commit(report::to_html(report::atlas_document(atlas),
                                report::load_web_parts(report::web_folder())));
  }
  return ExitCode::done;
}

ExitCode run(const Options& options) {
  if (options.all) return all_passes(options);
  if (options.cascade.empty()) {
    throw CLI::RequiredError("CASCADE, or --all,");
  }
  return passes(options);
}

}  // namespace

Command add_passes(CLI::App& program) {
  auto* command = program.add_subcommand(
      "passes", "How often a cascade must traverse a rank, with the proof, and what stays live");
  const auto options = std::make_shared<Options>();
  command->add_option("cascade", options->cascade, "Cascade file, shipped name, or - for stdin")
      ->type_name("CASCADE");
  command->add_option("--rank", options->rank, "Rank, or part of one; without it: a line for each")
      ->type_name("RANK");
  add_shape_options(*command, options->shapes);
  command->add_option("--bits", options->word_bits, "Bits of a word (16)")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  command->add_option("--json", options->json, "Write all of it as JSON; - is stdout")
      ->type_name("FILE");
  auto* json = command->get_option("--json");
  auto* all = command->add_flag("--all", options->all,
                                "The atlas: every shipped cascade by its passes (bert, 4K)");
  command->add_option("-o,--output", options->output, "Write the atlas as a page; - is stdout")
      ->type_name("FILE")
      ->needs(all);
  command->add_option("--csv", options->csv, "Write the atlas as CSV; - is stdout")
      ->type_name("FILE")
      ->needs(all);
  command->add_option("--arch", options->arch, "Machine of the atlas's roofline (fusemax)")
      ->type_name("ARCH")
      ->needs(all);
  for (auto* of_one : {command->get_option("cascade"), json}) of_one->excludes(all);
  command->footer(
      "Examples: attnsim passes attention_3pass --rank M --model bert --seq 4K\n"
      "          attnsim passes --all -o atlas.html --csv atlas.csv");
  return {command, [options] { return run(*options); }};
}

}  // namespace attnsim::cli
