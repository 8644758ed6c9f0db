#pragma once

#include <cstddef>
#include <string>

namespace attnsim {

/// No input of ours comes near this; a device or a wrong file does.
inline constexpr std::size_t longest_text_file = std::size_t{16} << 20U;

/// The whole of a text file, or of standard input where `path` is "-".
/// @throws InputError if it is missing, a directory, unreadable or longer than
///         `longest_text_file`
[[nodiscard]] std::string read_text_file(const std::string& path);

/// `path` as messages name it: "<stdin>" for "-".
[[nodiscard]] std::string shown_path(const std::string& path);

}  // namespace attnsim
