#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/did_you_mean.h"
#include "cli/commands.h"
#include "einsum/einsum.h"
#include "explore/inputs.h"
#include "report/table.h"
#include "workloads/library.h"

namespace attnsim::cli {
namespace {

using workloads::Shipped;

constexpr std::array<std::pair<const char*, Shipped>, 5> kinds{{{"archs", Shipped::arch},
                                                                {"mappings", Shipped::mapping},
                                                                {"models", Shipped::model},
                                                                {"cascades", Shipped::cascade},
                                                                {"sweeps", Shipped::sweep}}};

/// " (also: gla)"
std::string also(const std::string& name, const std::map<std::string, std::string>& others) {
  std::vector<std::string> found;
  for (const auto& [other, shipped] : others) {
    if (shipped == name) found.push_back(other);
  }
  return found.empty() ? "" : " (also: " + join(found) + ")";
}

/// The first sentence of a cascade's header, cut between words where it is long.
std::string summary_of(const einsum::Cascade& cascade) {
  constexpr std::size_t most = 100;
  std::string text = join(cascade.header, " ");
  text = text.substr(0, text.find(". "));
  if (text.size() > most) text = text.substr(0, text.rfind(' ', most - 4)) + " ...";
  return text;
}

void list_cascades() {
  using report::Align;
  report::Table table({{"cascade", Align::left}, {"what it is", Align::left}});
  const auto others = workloads::other_names(Shipped::cascade);
  for (const auto& name : workloads::list_shipped(Shipped::cascade)) {
    const auto path = find_shipped(Shipped::cascade, name);
    table.add({name, summary_of(explore::read_cascade(path)) + also(name, others)});
  }
  table.print(std::cout);
}

ExitCode list(const std::string& wanted) {
  if (wanted == "cascades") {
    list_cascades();
    return ExitCode::done;
  }
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
  command
      ->add_option("kind", *wanted, "archs, mappings, models, cascades or sweeps; all if left out")
      ->check(CLI::IsMember(words))
      ->type_name("KIND");
  command->footer("Example: attnsim list archs");
  return {command, [wanted] { return list(*wanted); }};
}

}  // namespace attnsim::cli
