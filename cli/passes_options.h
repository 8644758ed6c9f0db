#pragma once

#include <cstdint>
#include <string>

#include "cli/command_line.h"
#include "cli/options.h"

namespace attnsim::cli {

/// What `attnsim passes` was asked.
struct PassesOptions {
  std::string cascade;
  bool all = false;
  bool derive = false;
  std::string output;
  std::string csv;
  std::string arch = "fusemax";
  std::string rank;
  std::string json;
  std::int64_t word_bits = 16;
  InputOptions shapes;
};

/// `passes --all`: the atlas of every shipped cascade. In passes_atlas.cpp.
[[nodiscard]] ExitCode passes_of_all(const PassesOptions& options);

/// `passes CASCADE --derive`: rewrites it to fewer passes. In passes_derive.cpp.
[[nodiscard]] ExitCode derive_passes(const PassesOptions& options);

}  // namespace attnsim::cli
