#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <string>

#include "base/did_you_mean.h"
#include "base/value_text.h"
#include "cli/commands.h"
#include "cli/direct_check.h"
#include "cli/softmax_check.h"
#include "einsum/einsum.h"
#include "einsum/random_inputs.h"
#include "explore/inputs.h"
#include "report/run_record.h"
#include "report/table.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string cascade;
  std::string shape;
  std::uint64_t seed = 1;
  bool check = false;
  bool all = false;
  bool rounded = false;
};

/// "2 x 2 x 4 x 6"
std::string extents_text(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> extents;
  extents.reserve(shape.size());
  for (const auto extent : shape) extents.push_back(std::to_string(extent));
  return join(extents, " x ");
}

void print_outputs(const einsum::Cascade& cascade, const einsum::Values& values) {
  using report::Align;
  report::Table table({{"output", Align::left}, {"shape"}, {"min"}, {"max"}, {"mean"}, {"first"}});
  for (const auto& output : cascade.outputs) {
    const auto& [shape, data] = values.at(output.tensor);
    const auto [least, greatest] = std::minmax_element(data.begin(), data.end());
    double sum = 0;
    for (const auto value : data) sum += value;
    const auto number = [](double value) { return fmt::format("{:.6g}", value); };
    table.add({output.tensor, extents_text(shape), number(*least), number(*greatest),
               number(sum / static_cast<double>(data.size())), number(data.front())});
  }
  table.print(std::cout);
}

ExitCode report_check(const SoftmaxCheck& check) {
  std::cout << fmt::format("{} {} softmax attention: max abs error {:.3g} (tolerance {:g})\n",
                           check.holds() ? "agrees with" : "DIFFERS from",
                           check.mask == einsum::AttentionMask::causal ? "causal" : "direct",
                           check.max_abs_error, SoftmaxCheck::tolerance);
  return check.holds() ? ExitCode::done : ExitCode::disagrees;
}

einsum::Rounding rounding_of(const Options& options) {
  return options.rounded ? einsum::Rounding::typed : einsum::Rounding::none;
}

/// CLI11 would wrap -1 around.
std::string problem_of_seed(const std::string& text) {
  try {
    static_cast<void>(value_of_text<std::uint64_t>(text));
    return "";
  } catch (const TextError& error) {
    return "'" + text + "' " + error.what();
  }
}

void print_heading(const einsum::Cascade& cascade, const einsum::Shapes& shapes,
                   const Options& options) {
  std::cout << cascade.name << ", " << report::shapes_text(shapes) << ", seed " << options.seed
            << '\n';
}

/// The cascade of a name that has a definition.
ExitCode check_by_definition(const einsum::Cascade& cascade, const direct::Definition& definition,
                             const einsum::Shapes& given, const Options& options) {
  require_interface(cascade);
  const auto shapes = shapes_to_check(definition, cascade, given);
  einsum::require_few_elements(cascade, shapes);
  const auto inputs = direct::draw_inputs(definition, cascade, shapes, options.seed);
  const auto values = evaluate(cascade, shapes, inputs, rounding_of(options));
  print_heading(cascade, shapes, options);
  print_outputs(cascade, values);
  return report_comparison(definition, cascade, shapes, inputs, values);
}

ExitCode run_one(const Options& options) {
  const auto path = find_shipped(workloads::Shipped::cascade, options.cascade);
  const auto cascade = explore::read_cascade(path);
  einsum::Shapes given;
  if (!options.shape.empty()) given = workloads::parse_shape(options.shape);
  if (options.check) {
    const auto all = direct::all_direct();
    const auto* definition = direct::find_direct(all, cascade.name);
    if (definition != nullptr) return check_by_definition(cascade, *definition, given, options);
  }
  const auto shapes = einsum::small_shapes(cascade, given);
  const auto inputs = einsum::random_inputs(cascade, shapes, options.seed);
  const auto values = evaluate(cascade, shapes, inputs, rounding_of(options));
  print_heading(cascade, shapes, options);
  print_outputs(cascade, values);
  return options.check ? report_check(check_softmax(cascade, shapes, inputs, values))
                       : ExitCode::done;
}

ExitCode run(const Options& options) {
  if (!options.all) {
    if (options.cascade.empty()) throw CLI::RequiredError("cascade");
    return run_one(options);
  }
  if (!options.check || !options.cascade.empty() || !options.shape.empty() || options.rounded) {
    throw CLI::ValidationError("--all", "goes with --check and --seed only");
  }
  return check_all(options.seed);
}

}  // namespace

Command add_run(CLI::App& program) {
  auto* command =
      program.add_subcommand("run", "Evaluate a cascade on random numbers, in double precision");
  const auto options = std::make_shared<Options>();
  command->add_option("cascade", options->cascade, "Cascade file, shipped name, or - for stdin")
      ->type_name("CASCADE");
  command->add_flag("--check", options->check,
                    "Compare with the definition of the shipped cascade of that name, else with "
                    "softmax attention; exit 1 above 1e-9");
  command->add_flag("--all", options->all,
                    "With --check: every shipped cascade, each at three shapes or more");
  command->add_flag("--rounded", options->rounded,
                    "Round the elements of each tensor to the type declared for it");
  command->add_option("--shape", options->shape, "Shapes, each small where not given: P=16,M=32")
      ->type_name("RANK=N,...");
  command->add_option("--seed", options->seed, "Seed of the random inputs (1)")
      ->check(CLI::Validator(problem_of_seed, "", "seed"))
      ->type_name("N");
  command->footer("Example: attnsim run attention_1pass --check --shape P=16,M=32,M0=8");
  return {command, [options] { return run(*options); }};
}

}  // namespace attnsim::cli
