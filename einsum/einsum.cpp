#include "einsum/einsum.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/error.h"

namespace attnsim::einsum {

Cascade parse_cascade(const std::string& text, const std::string& file) {
  return check(parse(text, file));
}

Cascade load_cascade(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code ignored;
  if (!file || std::filesystem::is_directory(path, ignored)) {
    throw InputError(path, "cannot be read");
  }
  std::ostringstream text;
  text << file.rdbuf();
  return parse_cascade(text.str(), path);
}

}  // namespace attnsim::einsum
