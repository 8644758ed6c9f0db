#pragma once

#include "runner/options.cuh"

namespace attnsim::gpu {

// One function a subcommand; each returns the exit code (1: something checked is wrong).
int list_command(const Options& options);
int check_command(const Options& options);
int run_command(const Options& options);
int micro_command(const Options& options);

bool matches(const std::string& name, const Options& options);

}  // namespace attnsim::gpu
