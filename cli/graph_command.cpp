#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "einsum/einsum.h"
#include "explore/inputs.h"
#include "workloads/library.h"

namespace attnsim::cli {
namespace {

ExitCode graph(const std::string& name) {
  const auto path = find_shipped(workloads::Shipped::cascade, name);
  einsum::write_dot(std::cout, explore::read_cascade(path));
  return ExitCode::done;
}

}  // namespace

Command add_graph(CLI::App& program) {
  auto* command =
      program.add_subcommand("graph", "Print who reads what in a cascade, as a Graphviz graph");
  const auto cascade = std::make_shared<std::string>();
  command->add_option("cascade", *cascade, "Cascade file, shipped name, or - for stdin")
      ->type_name("CASCADE")
      ->required();
  command->footer("Example: attnsim graph attention_1pass | dot -Tsvg -o attention_1pass.svg");
  return {command, [cascade] { return graph(*cascade); }};
}

}  // namespace attnsim::cli
