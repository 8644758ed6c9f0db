// docs/systems.md says which published system is which cascade: it names every one, and no other.
#include <gmock/gmock.h>
#include <regex>
#include <set>
#include <string>

#include "base/data_root.h"
#include "base/text_file.h"
#include "workloads/library.h"

namespace attnsim::workloads {
namespace {

std::set<std::string> names_in_backticks(const std::string& text) {
  const std::regex name("`([a-z][a-z0-9_]*)`");
  std::set<std::string> names;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), name); it != std::sregex_iterator();
       ++it) {
    names.insert((*it)[1]);
  }
  return names;
}

TEST(SystemsPage, NamesEveryShippedCascadeAndNoOther) {
  const auto page = read_text_file(data_root() + "/docs/systems.md");
  const auto shipped = list_shipped(Shipped::cascade);
  EXPECT_EQ(names_in_backticks(page), std::set<std::string>(shipped.begin(), shipped.end()));
}

}  // namespace
}  // namespace attnsim::workloads
