#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/command_line.h"

/// One function per subcommand: it adds the subcommand with its options and returns what to do once
/// the command line is parsed. What it does prints to stdout and throws its errors.
namespace attnsim::cli {

struct Command {
  CLI::App* app = nullptr;
  std::function<ExitCode()> run;
};

[[nodiscard]] Command add_check(CLI::App& program);
[[nodiscard]] Command add_run(CLI::App& program);
[[nodiscard]] Command add_graph(CLI::App& program);
[[nodiscard]] Command add_passes(CLI::App& program);
[[nodiscard]] Command add_show(CLI::App& program);
[[nodiscard]] Command add_tiles(CLI::App& program);
[[nodiscard]] Command add_simulate(CLI::App& program);
[[nodiscard]] Command add_compare(CLI::App& program);
[[nodiscard]] Command add_report(CLI::App& program);
[[nodiscard]] Command add_map(CLI::App& program);
[[nodiscard]] Command add_validate(CLI::App& program);
[[nodiscard]] Command add_sweep(CLI::App& program);
[[nodiscard]] Command add_query(CLI::App& program);
[[nodiscard]] Command add_export(CLI::App& program);
[[nodiscard]] Command add_convert(CLI::App& program);
[[nodiscard]] Command add_list(CLI::App& program);

}  // namespace attnsim::cli
