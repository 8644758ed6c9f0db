#include "cli/derive_output.h"

#include <fmt/format.h>

#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::cli {
namespace {

std::string passes_text(int passes) {
  return fmt::format("{} pass{}", passes, passes == 1 ? "" : "es");
}

std::string text_of(const einsum::DerivationStep& step, std::size_t number) {
  const bool fewer = step.passes_after < step.passes_before;
  auto text = fmt::format(
      "{:2}. {} {}: {}\n", number, step.rule, step.einsum,
      fewer ? fmt::format("{} -> {}", step.passes_before, passes_text(step.passes_after))
            : passes_text(step.passes_after));
  text += "    because   " + step.condition + "\n";
  text += "    computes  " + einsum::list_names(step.touched) + "\n";
  if (!step.removed.empty()) text += "    drops     " + einsum::list_names(step.removed) + "\n";
  return text + fmt::format("    checked   max abs error {:.2g}\n", step.max_error);
}

}  // namespace

std::string derivation_text(const einsum::Cascade& cascade, const einsum::Derivation& derivation) {
  auto text = fmt::format("{}: {} over {}", cascade.name, passes_text(derivation.passes_before),
                          derivation.rank);
  if (!derivation.steps.empty()) {
    const auto count = derivation.steps.size();
    text += fmt::format(", {} after {} step{}", passes_text(derivation.passes_after), count,
                        count == 1 ? "" : "s");
  }
  text += "\n";
  std::size_t number = 0;
  for (const auto& step : derivation.steps) text += text_of(step, ++number);
  for (const auto& input : derivation.positive) text += "assuming " + input + " > 0\n";
  if (!derivation.obstacles.empty()) {
    text += fmt::format("not fewer than {}:\n", passes_text(derivation.passes_after));
  }
  for (const auto& obstacle : derivation.obstacles) {
    const auto rule = obstacle.rule.empty() ? "" : " does not " + obstacle.rule;
    text += fmt::format("  {}: {}{}: {}\n", to_string(obstacle.place), obstacle.einsum, rule,
                        obstacle.reason);
  }
  return text;
}

report::Json derivation_json(const einsum::Cascade& cascade, const einsum::Derivation& derivation) {
  auto steps = report::Json::array();
  for (const auto& step : derivation.steps) {
    steps.push_back({{"rule", step.rule},
                     {"einsum", step.einsum},
                     {"condition", step.condition},
                     {"computes", step.touched},
                     {"drops", step.removed},
                     {"passes_before", step.passes_before},
                     {"passes_after", step.passes_after},
                     {"max_error", step.max_error}});
  }
  auto obstacles = report::Json::array();
  for (const auto& obstacle : derivation.obstacles) {
    obstacles.push_back({{"einsum", obstacle.einsum},
                         {"place", to_string(obstacle.place)},
                         {"rule", obstacle.rule},
                         {"reason", obstacle.reason}});
  }
  return {{"cascade", cascade.name},
          {"rank", derivation.rank},
          {"passes_before", derivation.passes_before},
          {"passes_after", derivation.passes_after},
          {"steps", steps},
          {"assumes_positive", derivation.positive},
          {"obstacles", obstacles},
          {"derived", to_text(derivation.result)}};
}

}  // namespace attnsim::cli
