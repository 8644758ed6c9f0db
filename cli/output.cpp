#include "cli/output.h"

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/error.h"

namespace attnsim::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int error) {
  const auto reason = error == 0 ? "unknown error" : std::generic_category().message(error);
  throw InputError(path, "cannot be written (" + reason + ")");
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (wanted() && !is_stdout()) open();
}

void OutputFile::open() {
  std::error_code error;
  if (fs::is_directory(path_, error)) {
    throw InputError(path_, "is a directory, not a file to write");
  }
  const bool linked = fs::is_symlink(path_, error);
  target_ = linked ? fs::weakly_canonical(path_, error).string() : path_;
  const bool device = fs::exists(target_, error) && !fs::is_regular_file(target_, error);
  written_ = device ? target_ : target_ + ".part" + std::to_string(::getpid());
  errno = 0;
  stream_.open(written_, std::ios::binary | std::ios::trunc);
  if (!stream_) fail(path_, errno);
}

OutputFile::~OutputFile() {
  std::error_code ignored;
  if (written_ != target_) fs::remove(written_, ignored);
}

void OutputFile::commit(const std::string& text) {
  commit([&](std::ostream& out) { out << text; });
}

void OutputFile::commit(const std::function<void(std::ostream&)>& write) {
  if (!wanted()) return;
  if (is_stdout()) return write(std::cout);
  errno = 0;
  write(stream_);
  stream_.close();
  if (!stream_) fail(path_, errno);
  std::error_code error;
  if (written_ != target_) fs::rename(written_, target_, error);
  if (error) fail(path_, error.value());
}

void finish_stdout() {
  errno = 0;
  std::cout.flush();
  if (!std::cout) fail("<stdout>", errno);
}

}  // namespace attnsim::cli
