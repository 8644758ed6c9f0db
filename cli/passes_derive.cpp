#include <iostream>

#include "cli/derive_output.h"
#include "cli/output.h"
#include "cli/passes_options.h"
#include "einsum/einsum.h"
#include "explore/inputs.h"
#include "report/json.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

/// The keys' rank if there is one, else the one of most passes.
std::string rank_for(const einsum::Cascade& cascade, const std::string& asked) {
  if (!asked.empty()) return asked;
  return cascade.find_rank("M") != nullptr ? "M" : einsum::rank_of_most_passes(cascade);
}

}  // namespace

ExitCode derive_passes(const PassesOptions& options) {
  OutputFile file(options.output);
  OutputFile json(options.json);
  const auto path = find_shipped(workloads::Shipped::cascade, options.cascade);
  const auto cascade = explore::read_cascade(path);
  einsum::Shapes given;
  if (!options.shapes.shape.empty()) given = workloads::parse_shape(options.shapes.shape);
  const auto derivation = einsum::derive(cascade, rank_for(cascade, options.rank), given);
  const auto text = to_text(derivation.result);
  const bool printed = !file.is_stdout() && !json.is_stdout();
  if (printed) std::cout << derivation_text(cascade, derivation);
  if (printed && !file.wanted() && !derivation.steps.empty()) std::cout << '\n' << text;
  file.commit(text);
  json.commit(report::to_text(derivation_json(cascade, derivation)));
  return ExitCode::done;
}

}  // namespace attnsim::cli
