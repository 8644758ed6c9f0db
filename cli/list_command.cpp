#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "workloads/library.h"

namespace attnsim::cli {
namespace {

using workloads::Shipped;

constexpr std::array<std::pair<const char*, Shipped>, 4> kinds{{{"archs", Shipped::arch},
                                                                {"mappings", Shipped::mapping},
                                                                {"models", Shipped::model},
                                                                {"cascades", Shipped::cascade}}};

ExitCode list(const std::string& wanted) {
  for (const auto& [word, kind] : kinds) {
    if (!wanted.empty() && wanted != word) continue;
    if (wanted.empty()) std::cout << word << ":\n";
    for (const auto& name : workloads::list_shipped(kind)) {
      std::cout << (wanted.empty() ? "  " : "") << name << '\n';
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
