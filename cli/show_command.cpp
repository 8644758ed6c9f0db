#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/options.h"
#include "explore/inputs.h"

namespace attnsim::cli {
namespace {

ExitCode show(const InputOptions& options) {
  for (const auto& line : explore::draw(explore::load_inputs(options))) {
    std::cout << line << '\n';
  }
  return ExitCode::done;
}

}  // namespace

Command add_show(CLI::App& program) {
  auto* command = program.add_subcommand(
      "show", "Draw a mapping as a loop nest: tiles, what each level holds, and its bytes");
  const auto options = std::make_shared<InputOptions>();
  add_input_options(*command, *options);
  command->footer("Example: attnsim show --arch fusemax --mapping fusemax --model bert --seq 4K");
  return {command, [options] { return show(*options); }};
}

}  // namespace attnsim::cli
