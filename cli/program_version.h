#pragma once

#include <string>

namespace attnsim {

/// @return "0.1.0+4f2a9c1b03d7": the release and the first digits of the build id that the linker
/// made of the program's contents, so that a program of changed code is of another version; the
/// release alone where the program carries no build id
[[nodiscard]] std::string program_version();

}  // namespace attnsim
