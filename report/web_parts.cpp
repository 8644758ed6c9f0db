#include "report/web_parts.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/data_root.h"
#include "base/error.h"

namespace attnsim::report {
namespace {

namespace fs = std::filesystem;

/// Each needs the ones before it; the last is ours and draws.
constexpr std::array<const char*, 5> scripts{
    {"node_modules/vega/build/vega.min.js", "node_modules/vega-lite/build/vega-lite.min.js",
     "node_modules/vega-embed/build/vega-embed.min.js", "grid.js", "page.js"}};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw InputError(path.string(),
                     "cannot be read; a page needs the chart libraries that scripts/setup.sh "
                     "installs (or: npm ci --ignore-scripts, in " +
                         fs::path(web_folder()).string() + ")");
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::string web_folder() { return fs::path(data_root()) / "report/web"; }

WebParts load_web_parts(const std::string& folder) {
  const fs::path root(folder);
  WebParts parts;
  parts.style = read(root / "page.css");
  for (const auto* script : scripts) parts.scripts.push_back(read(root / script));
  parts.notices = read(root / "notices.txt");
  return parts;
}

}  // namespace attnsim::report
