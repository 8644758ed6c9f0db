#pragma once

namespace attnsim::cli {

/// What the program's exit status says.
enum class ExitCode {
  done = 0,
  disagrees = 1,   ///< a check was made and did not hold
  usage = 2,       ///< the command line is wrong
  input = 3,       ///< a file, name or value is wrong; an output cannot be written
  infeasible = 4,  ///< the input is well-formed but does not fit or waits for itself
  internal = 5,    ///< our fault
  stopped = 130    ///< by SIGINT or SIGTERM, in good order
};

/// The program: parses the command line, runs the subcommand and turns every error into a line on
/// stderr, "attnsim: file:line:column: message", and an exit status.
[[nodiscard]] int run_command_line(int argc, const char* const* argv);

}  // namespace attnsim::cli
