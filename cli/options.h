#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace attnsim::cli {

/// What names a point: files or shipped names, shapes and overrides, as typed.
struct InputOptions {
  std::string arch;
  std::string mapping;
  std::string cascade;  ///< empty: the one that the mapping names
  std::string model;    ///< empty: shapes come from --seq and --shape alone
  std::string seq;
  std::string shape;
  std::vector<std::string> sets;  ///< --set, in order
};

enum class Executor { systemc, recurrence };

struct ExecutorOptions {
  bool steady_state = true;
  Executor executor = Executor::systemc;
};

void add_shape_options(CLI::App& command, InputOptions& options);
void add_set_option(CLI::App& command, InputOptions& options);
/// --arch, --mapping (required), --cascade, and the two groups above.
void add_input_options(CLI::App& command, InputOptions& options);
void add_executor_options(CLI::App& command, ExecutorOptions& options);

[[nodiscard]] const char* name_of(Executor executor);

}  // namespace attnsim::cli
