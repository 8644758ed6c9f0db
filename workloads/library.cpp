#include "workloads/library.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "base/csv_table.h"
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
constexpr std::array<Kind, 5> kinds{{{"architecture", "arch", ".xml"},
                                     {"mapping", "mappings", ".xml"},
                                     {"model", "workloads/models", ".xml"},
                                     {"cascade", "workloads/cascades", ".cascade"},
                                     {"sweep", "explore/sweeps", ".xml"}}};

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

std::map<std::string, std::string> other_names(Shipped kind) {
  const auto path = fs::path(data_root()) / "workloads/also.csv";
  std::map<std::string, std::string> names;
  if (!is_there(path)) return names;
  const auto table = CsvTable::load(path);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.cell(row, "kind") != kind_of(kind).noun) continue;
    names[table.cell(row, "name")] = table.cell(row, "shipped");
  }
  return names;
}

std::string find_shipped(Shipped kind, const std::string& name_or_path) {
  const auto& [noun, folder, ending] = kind_of(kind);
  if (name_or_path == "-") return name_or_path;
  if (looks_like_path(name_or_path, kind_of(kind)) && is_there(name_or_path)) return name_or_path;
  const auto names = list_shipped(kind);
  const auto others = other_names(kind);
  const auto other = others.find(name_or_path);
  const auto& name = other == others.end() ? name_or_path : other->second;
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return fs::path(data_root()) / folder / (name + ending);
  }
  throw InputError(std::string(noun) + " \"" + name_or_path + '"',
                   "is neither a file nor the name of a shipped one" +
                       did_you_mean(name_or_path, names) + " (shipped: " + join(names) + ")");
}

}  // namespace attnsim::workloads
