#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/did_you_mean.h"
#include "cli/commands.h"
#include "workloads/library.h"

namespace attnsim::cli {
namespace {

using workloads::Shipped;

constexpr std::array<std::pair<const char*, Shipped>, 4> kinds{{{"archs", Shipped::arch},
                                                                {"mappings", Shipped::mapping},
                                                                {"models", Shipped::model},
                                                                {"cascades", Shipped::cascade}}};

/// " (also: gla)"
std::string also(const std::string& name, const std::map<std::string, std::string>& others) {
  std::vector<std::string> found;
  for (const auto& [other, shipped] : others) {
    if (shipped == name) found.push_back(other);
  }
  return found.empty() ? "" : " (also: " + join(found) + ")";
}

ExitCode list(const std::string& wanted) {
  for (const auto& [word, kind] : kinds) {
    if (!wanted.empty() && wanted != word) continue;
    if (wanted.empty()) std::cout << word << ":\n";
    const auto others = workloads::other_names(kind);
    for (const auto& name : workloads::list_shipped(kind)) {
      std::cout << (wanted.empty() ? "  " : "") << name << also(name, others) << '\n';
    }
  }
  return ExitCode::done;
}

}  // namespace

Command add_list(CLI::App& program) {
  auto* command = program.add_subcommand("list", "List the files that attnsim comes with");
  const auto wanted = std::make_shared<std::string>();
  std::vector<std::string> words;
  words.reserve(kinds.size());
  for (const auto& [word, kind] : kinds) words.emplace_back(word);
  command->add_option("kind", *wanted, "archs, mappings, models or cascades; all if left out")
      ->check(CLI::IsMember(words))
      ->type_name("KIND");
  command->footer("Example: attnsim list archs");
  return {command, [wanted] { return list(*wanted); }};
}

}  // namespace attnsim::cli
