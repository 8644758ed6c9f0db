#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace attnsim::cli {

/// One RUN of `compare`: a point to simulate, or a JSON file of one that was.
struct RunSpec {
  std::string file;      ///< not empty: the JSON file, and nothing else counts
  InputOptions options;  ///< what is empty comes from the shared options
  std::string label;     ///< empty: one is made
};

/// "arch=fusemax,mapping=fusemax,model=bert,seq=4K,label=x", or a file's name.
/// @throws InputError naming the part that is wrong
[[nodiscard]] RunSpec parse_run_spec(const std::string& text);

/// "4K,64K" -> {"4K", "64K"}; "" -> {""}.
[[nodiscard]] std::vector<std::string> split_list(const std::string& text);

}  // namespace attnsim::cli
