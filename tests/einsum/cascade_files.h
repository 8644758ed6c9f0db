#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "einsum/einsum.h"

namespace attnsim::einsum {

inline std::string cascade_path(const std::string& name) {
  return std::string(ATTNSIM_SOURCE_DIR) + "/workloads/cascades/" + name + ".cascade";
}

/// The names of every shipped cascade, sorted.
inline std::vector<std::string> shipped_cascades() {
  std::vector<std::string> names;
  const std::string folder = std::string(ATTNSIM_SOURCE_DIR) + "/workloads/cascades";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".cascade") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The message with which parsing and checking the text fails; "" if they do not.
inline std::string error_of(const std::string& text) {
  try {
    static_cast<void>(parse_cascade(text, "t"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace attnsim::einsum
