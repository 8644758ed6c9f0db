#pragma once

#include <string>

namespace attnsim::cli {

/// Writes the whole of a file, or nothing of it: a file that was there stays as it is until the new
/// one is complete. "-" is standard output; a device is written to directly.
/// @throws InputError if it cannot be written
void write_output(const std::string& path, const std::string& text);

/// Call when all is printed. @throws InputError if standard output did not take it
void finish_stdout();

}  // namespace attnsim::cli
