#include "workloads/library.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "base/data_root.h"
#include "base/did_you_mean.h"
#include "base/error.h"

namespace attnsim::workloads {
namespace {

namespace fs = std::filesystem;

struct Kind {
  const char* noun;
  const char* folder;
  const char* ending;
};

/// In the order of `Shipped`.
constexpr std::array<Kind, 4> kinds{{{"architecture", "arch", ".xml"},
                                     {"mapping", "mappings", ".xml"},
                                     {"model", "workloads/models", ".xml"},
                                     {"cascade", "workloads/cascades", ".cascade"}}};

const Kind& kind_of(Shipped kind) { return kinds.at(static_cast<std::size_t>(kind)); }

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool looks_like_path(const std::string& text, const Kind& kind) {
  return text.find('/') != std::string::npos || text.ends_with(kind.ending);
}

}  // namespace

std::vector<std::string> list_shipped(Shipped kind) {
  const auto& [noun, folder, ending] = kind_of(kind);
  const auto root = fs::path(data_root()) / folder;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator file(root, error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() != ending) continue;
    names.push_back(file->path().lexically_relative(root).replace_extension().generic_string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string find_shipped(Shipped kind, const std::string& name_or_path) {
  const auto& [noun, folder, ending] = kind_of(kind);
  if (name_or_path == "-") return name_or_path;
  if (looks_like_path(name_or_path, kind_of(kind)) && is_there(name_or_path)) return name_or_path;
  const auto names = list_shipped(kind);
  if (std::find(names.begin(), names.end(), name_or_path) != names.end()) {
    return fs::path(data_root()) / folder / (name_or_path + ending);
  }
  throw InputError(std::string(noun) + " \"" + name_or_path + '"',
                   "is neither a file nor the name of a shipped one" +
                       did_you_mean(name_or_path, names) + " (shipped: " + join(names) + ")");
}

}  // namespace attnsim::workloads
