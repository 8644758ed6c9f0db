#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/derive_output.h"
#include "cli/output.h"
#include "einsum/einsum.h"
#include "explore/inputs.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string cascade;
  std::string rank;
  std::string shape;
  std::string output;
};

ExitCode derive_cascade(const Options& options) {
  OutputFile file(options.output);
  const auto path = find_shipped(workloads::Shipped::cascade, options.cascade);
  const auto cascade = explore::read_cascade(path);
  einsum::Shapes given;
  if (!options.shape.empty()) given = workloads::parse_shape(options.shape);
  const auto rank = options.rank.empty() ? einsum::rank_of_most_passes(cascade) : options.rank;
  const auto derivation = einsum::derive(cascade, rank, given);
  if (!file.is_stdout()) std::cout << derivation_text(cascade, derivation);
  if (derivation.steps.empty()) return ExitCode::done;
  const auto text = to_text(derivation.result);
  if (!file.wanted()) std::cout << '\n' << text;
  if (file.wanted()) file.commit(text);
  return ExitCode::done;
}

}  // namespace

Command add_derive(CLI::App& program) {
  auto* command = program.add_subcommand(
      "derive", "Rewrite a cascade, step by step, into one with fewer passes over a rank");
  const auto options = std::make_shared<Options>();
  command->add_option("cascade", options->cascade, "Cascade file, shipped name, or - for stdin")
      ->type_name("CASCADE")
      ->required();
  command
      ->add_option("--rank", options->rank,
                   "The rank to pass over less often (that of most passes)")
      ->type_name("RANK");
  command
      ->add_option("--shape", options->shape,
                   "Shapes to check the steps at, where small ones do not fit: P=4,W=3")
      ->type_name("RANK=N,...");
  command
      ->add_option("-o,--output", options->output,
                   "Write the derived cascade to FILE, or - and nothing else to stdout")
      ->type_name("FILE");
  command->footer("Example: attnsim derive attention_3pass --rank M");
  return {command, [options] { return derive_cascade(*options); }};
}

}  // namespace attnsim::cli
