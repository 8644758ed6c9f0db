#pragma once

#include <fstream>
#include <functional>
#include <string>

namespace attnsim::cli {

/// A file to be written as a whole or not at all: a file that was there stays as it is until
/// `commit`. Opened before the work whose result it takes, so that a wrong path costs no work.
class OutputFile {
 public:
  /// @param path  "-" is standard output, "" takes no text; a device is written to directly
  /// @throws InputError if it cannot be opened
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  [[nodiscard]] bool wanted() const { return !path_.empty(); }
  [[nodiscard]] bool is_stdout() const { return path_ == "-"; }

  /// @throws InputError if it cannot be written to its end
  void commit(const std::string& text);
  /// The same for what is too much for one text: `write` is called if the file is wanted.
  void commit(const std::function<void(std::ostream&)>& write);

 private:
  void open();

  std::string path_;
  std::string target_;   ///< where the text ends up
  std::string written_;  ///< where it is written first: beside the target, or the target
  std::ofstream stream_;
};

/// Call when all is printed. @throws InputError if standard output did not take it
void finish_stdout();

}  // namespace attnsim::cli
