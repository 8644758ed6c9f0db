#pragma once

#include <CLI/CLI.hpp>

#include "explore/executor.h"
#include "explore/point.h"

namespace attnsim::cli {

using explore::ExecutorOptions;
using InputOptions = explore::Point;

void add_shape_options(CLI::App& command, InputOptions& options);
void add_set_option(CLI::App& command, InputOptions& options);
/// --arch, --mapping (required), --cascade, and the two groups above.
void add_input_options(CLI::App& command, InputOptions& options);
void add_executor_options(CLI::App& command, ExecutorOptions& options);

}  // namespace attnsim::cli
