#include "cli/output.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>
#include <unistd.h>

#include "base/error.h"

namespace attnsim::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path) {
  const auto reason = errno == 0 ? "unknown error" : std::generic_category().message(errno);
  throw InputError(path, "cannot be written (" + reason + ")");
}

void write_stream(const std::string& shown, const fs::path& path, const std::string& text) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) fail(shown);
  file << text;
  file.close();
  if (!file) fail(shown);
}

}  // namespace

void write_output(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::cout << text;
    return;
  }
  std::error_code error;
  if (fs::is_directory(path, error)) throw InputError(path, "is a directory, not a file to write");
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) {
    write_stream(path, path, text);
    return;
  }
  fs::path target(path);
  if (fs::is_symlink(target, error)) target = fs::weakly_canonical(target, error);
  auto temporary = target;
  temporary += ".part" + std::to_string(::getpid());
  try {
    write_stream(path, temporary, text);
  } catch (const InputError&) {
    fs::remove(temporary, error);
    throw;
  }
  fs::rename(temporary, target, error);
  if (!error) return;
  const auto reason = error.message();
  fs::remove(temporary, error);
  throw InputError(path, "cannot be written (" + reason + ")");
}

void finish_stdout() {
  errno = 0;
  std::cout.flush();
  if (!std::cout) fail("<stdout>");
}

}  // namespace attnsim::cli
