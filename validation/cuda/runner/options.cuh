#pragma once

#include <optional>
#include <string>

#include "base/timing.cuh"
#include "kernels/shape.cuh"

namespace attnsim::gpu {

/// A command line that cannot be read; `main` prints it with the usage and exits with 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  std::string command;
  std::string pattern = "*";
  std::string csv;  ///< "": only to the terminal
  std::string date;
  std::string line;  ///< as it was typed
  std::optional<Shape> shape;
  Patience patience;
};

Options read_options(int argc, char** argv);
const char* usage();

}  // namespace attnsim::gpu
