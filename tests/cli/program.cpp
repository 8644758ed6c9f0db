#include "cli/program.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/wait.h>

namespace attnsim::cli {

Folder::Folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "attnsim-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream file(path(name), std::ios::binary);
  file << text;
  if (!file) throw std::runtime_error("cannot write " + path(name));
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_source(const std::string& path) {
  return read_file(std::string(ATTNSIM_SOURCE_DIR) + "/" + path);
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  return names;
}

Finished run_program(const std::string& arguments, const std::string& folder) {
  const Folder streams;
  const auto out = streams.path("out");
  const auto err = streams.path("err");
  const auto command = "cd '" + (folder.empty() ? "." : folder) + "' && exec >'" + out + "' 2>'" +
                       err + "' </dev/null; '" + ATTNSIM_PROGRAM + "' " + arguments;
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): a shell is wanted
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, read_file(out), read_file(err)};
}

}  // namespace attnsim::cli
