#include "cli/command_line.h"

#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/output.h"
#include "cli/program_version.h"

namespace attnsim::cli {
namespace {

constexpr const char* description =
    "attnsim: cycles, traffic and energy of an attention algorithm on a machine.\n"
    "A cascade (the algorithm), a model (its shapes), an architecture and a mapping go in;\n"
    "a SystemC simulation says how long it takes and why.";

constexpr const char* footer =
    "Exit status: 0 done, 1 a check did not hold, 2 usage, 3 invalid input, 4 infeasible, "
    "5 internal error.\n"
    "Example: attnsim simulate --arch fusemax --mapping fusemax --model bert --seq 64K";

int status(ExitCode code) { return static_cast<int>(code); }

int complain(const std::string& message, ExitCode code) {
  std::cerr << "attnsim: " << message << '\n';
  return status(code);
}

std::vector<Command> add_commands(CLI::App& program) {
  return {add_check(program), add_run(program),      add_graph(program),    add_passes(program),
          add_tiles(program), add_show(program),     add_simulate(program), add_compare(program),
          add_map(program),   add_validate(program), add_sweep(program),    add_report(program),
          add_query(program), add_export(program),   add_convert(program),  add_list(program)};
}

/// CLI11 would call it an unexpected argument.
bool is_unknown_command(const std::string& word, const std::vector<std::string>& known) {
  return !word.starts_with('-') && std::find(known.begin(), known.end(), word) == known.end();
}

int usage_error(const CLI::App& program, const CLI::ParseError& error,
                const std::vector<std::string>& words) {
  std::vector<std::string> known;
  for (const auto* command : program.get_subcommands(nullptr)) known.push_back(command->get_name());
  if (!words.empty() && is_unknown_command(words.front(), known)) {
    return complain("unknown command '" + words.front() + "'" + did_you_mean(words.front(), known) +
                        " (known: " + join(known) + ")",
                    ExitCode::usage);
  }
  const auto chosen = program.get_subcommands();
  const auto help = chosen.empty() ? std::string("attnsim --help")
                                   : "attnsim " + chosen.front()->get_name() + " --help";
  return complain(std::string(error.what()) + " (see " + help + ")", ExitCode::usage);
}

ExitCode execute(const std::vector<Command>& commands) {
  const auto chosen = std::find_if(commands.begin(), commands.end(),
                                   [](const Command& command) { return command.app->parsed(); });
  const auto code = chosen->run();
  finish_stdout();
  return code;
}

int execute_guarded(const std::vector<Command>& commands) {
  try {
    return status(execute(commands));
  } catch (const CLI::ParseError& error) {  // options that parse but do not go together
    return complain(error.what(), ExitCode::usage);
  } catch (const InputError& error) {
    return complain(explained(error), ExitCode::input);
  } catch (const InfeasibleError& error) {
    return complain(error.what(), ExitCode::infeasible);
  } catch (const std::bad_alloc&) {
    return complain("out of memory", ExitCode::internal);
  } catch (const std::exception& error) {
    return complain(std::string("internal error: ") + error.what(), ExitCode::internal);
  }
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  std::ios::sync_with_stdio(false);
  CLI::App program(description, "attnsim");
  program.footer(footer);
  program.set_version_flag("--version", "attnsim " + program_version());
  program.require_subcommand(1);
  const auto commands = add_commands(program);
  const std::vector<std::string> words(argv + 1, argv + std::max(argc, 1));
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    program.exit(wanted, std::cout, std::cerr);
    return status(ExitCode::done);
  } catch (const CLI::ParseError& error) {
    return usage_error(program, error, words);
  }
  return execute_guarded(commands);
}

}  // namespace attnsim::cli
