#include "base/text_file.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "base/error.h"

namespace attnsim {
namespace {

std::string read_all(std::istream& stream, const std::string& shown) {
  std::string text;
  std::array<char, 65536> chunk{};
  while (stream) {
    stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > longest_text_file) {
      throw InputError(shown, "is longer than 16 MiB, which no input of attnsim is");
    }
  }
  if (stream.bad()) throw InputError(shown, "cannot be read to its end");
  return text;
}

}  // namespace

std::string shown_path(const std::string& path) { return path == "-" ? "<stdin>" : path; }

std::string read_text_file(const std::string& path) {
  if (path == "-") return read_all(std::cin, shown_path(path));
  std::error_code ignored;
  if (path.empty()) throw InputError("\"\"", "is no file name");
  if (std::filesystem::is_directory(path, ignored)) {
    throw InputError(path, "is a directory, not a file");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const auto reason =
        errno == 0 ? std::string("unknown error") : std::generic_category().message(errno);
    throw InputError(path, "cannot be read (" + reason + ")");
  }
  return read_all(file, path);
}

}  // namespace attnsim
