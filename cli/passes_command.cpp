#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/passes_options.h"
#include "explore/inputs.h"
#include "report/pass_shapes.h"
#include "report/pass_text.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

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

std::string rank_for(const einsum::Cascade& cascade, const PassesOptions& options) {
  if (!options.rank.empty()) return options.rank;
  if (auto rank = report::sequence_rank(cascade); !rank.empty()) return rank;
  std::vector<std::string> ranks;
  for (const auto& rank : cascade.ranks) ranks.push_back(rank.name);
  throw InputError(cascade.file, "has no rank M: say which one with --rank (" + join(ranks) + ")");
}

ExitCode passes(const PassesOptions& options) {
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

ExitCode run(const PassesOptions& options) {
  if (options.all) return passes_of_all(options);
  if (options.cascade.empty()) {
    throw CLI::RequiredError("CASCADE, or --all,");
  }
  if (!options.derive && !options.output.empty()) {
    throw CLI::RequiresError("--output", "--derive or --all");
  }
  return options.derive ? derive_passes(options) : passes(options);
}

}  // namespace

Command add_passes(CLI::App& program) {
  auto* command = program.add_subcommand(
      "passes", "How often a cascade must traverse a rank, with the proof, and what stays live");
  const auto options = std::make_shared<PassesOptions>();
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
  auto* derive =
      command->add_flag("--derive", options->derive,
                        "Rewrite the cascade to fewer passes over the rank, by checked steps");
  command
      ->add_option("-o,--output", options->output,
                   "With --derive, the derived cascade; with --all, the atlas; - is stdout")
      ->type_name("FILE");
  command->add_option("--csv", options->csv, "Write the atlas as CSV; - is stdout")
      ->type_name("FILE")
      ->needs(all);
  command->add_option("--arch", options->arch, "Machine of the atlas's roofline (fusemax)")
      ->type_name("ARCH")
      ->needs(all);
  for (auto* of_one : {command->get_option("cascade"), json, derive}) of_one->excludes(all);
  for (const auto* large : {"--model", "--seq"}) derive->excludes(command->get_option(large));
  command->footer(
      "Examples: attnsim passes attention_3pass --rank M --model bert --seq 4K\n"
      "          attnsim passes attention_3pass --derive -o one_pass.cascade\n"
      "          attnsim passes --all -o atlas.html --csv atlas.csv");
  return {command, [options] { return run(*options); }};
}

}  // namespace attnsim::cli
