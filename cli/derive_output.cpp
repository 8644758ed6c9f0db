#include "cli/derive_output.h"

#include <fmt/format.h>

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

}  // namespace attnsim::cli
