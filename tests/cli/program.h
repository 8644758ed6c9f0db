#pragma once

#include <string>
#include <vector>

/// Runs the built program as a user does.
namespace attnsim::cli {

struct Finished {
  int code = -1;  ///< exit status; 128 + signal if it was killed
  std::string out;
  std::string err;
};

/// @param arguments  as in a shell: quoting, pipes and redirections work
/// @param folder     where it runs; empty: here
[[nodiscard]] Finished run_program(const std::string& arguments, const std::string& folder = "");

/// A folder of one's own for the length of a test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file. @return its path
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

[[nodiscard]] std::string read_file(const std::string& path);
/// A file of the repository, by its path from the root.
[[nodiscard]] std::string read_source(const std::string& path);
[[nodiscard]] std::vector<std::string> files_in(const std::string& folder);

}  // namespace attnsim::cli
