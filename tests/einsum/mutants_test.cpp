// Cascades with one operator changed are told apart from their definitions.
#include <gmock/gmock.h>
#include <regex>
#include <set>

#include "direct/direct.h"
#include "einsum/cascade_files.h"

namespace attnsim::direct {
namespace {

using einsum::Cascade;
using einsum::Shapes;

constexpr std::uint64_t seeds = 3;

/// What an operator is changed to.
const std::vector<std::pair<std::string, std::string>> changes = {
    {" + ", " - "},   {" - ", " + "},   {" * ", " + "},   {" / ", " * "},
    {"exp(", "abs("}, {"sum[", "max["}, {"<= ", "< "},    {"< ", "<= "},
    {">= ", "> "},    {"== ", "!= "},   {" and ", " or "}};

/// The text with an operator at `at` changed; a condition is changed wherever it stands, since
/// Einsums repeat those of the Einsums that they read.
std::string mutant_of(const std::string& text, std::size_t at, const std::string& from,
                      const std::string& to) {
  const auto end = text.find('\n', at);
  const auto condition = text.rfind(" where ", at);
  if (condition == std::string::npos || condition < text.rfind('\n', at)) {
    return std::string(text).replace(at, from.size(), to);
  }
  const auto clause = text.substr(condition, end - condition) + "\n";
  const auto changed = std::string(clause).replace(at - condition, from.size(), to);
  auto mutant = text;
  for (std::size_t i = 0; (i = mutant.find(clause, i)) != std::string::npos; i += changed.size()) {
    mutant.replace(i, clause.size(), changed);
  }
  return mutant;
}

/// The texts with one operator of an Einsum changed.
std::set<std::string> mutants_of(const std::string& text) {
  static const std::regex einsum_line("[A-Z][A-Z0-9]*\\[.*");
  std::set<std::string> all;
  for (const auto& [from, to] : changes) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += from.size()) {
      const auto start = text.rfind('\n', at) + 1;
      const auto line = text.substr(start, text.find('\n', at) - start);
      if (std::regex_match(line, einsum_line)) all.insert(mutant_of(text, at, from, to));
    }
  }
  return all;
}

struct Count {
  int told_apart = 0;
  int all = 0;
};

enum class Outcome { told_apart, same, no_cascade };

bool differs(const Definition& definition, const Cascade& cascade, const Shapes& shapes,
             std::uint64_t seed) {
  const auto inputs = draw_inputs(definition, cascade, shapes, seed);
  const auto values = einsum::evaluate(cascade, shapes, inputs);
  const auto all = compare(definition, cascade, shapes, inputs, values);
  return std::any_of(all.begin(), all.end(), [](const auto& one) { return !one.holds(); });
}

Outcome outcome_of(const Definition& definition, const std::string& text) {
  try {
    const auto cascade = einsum::parse_cascade(text, definition.cascade);
    for (const auto& given : definition.shapes) {
      const auto shapes = einsum::resolve_shapes(cascade, given);
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        if (differs(definition, cascade, shapes, seed)) return Outcome::told_apart;
      }
    }
    return Outcome::same;
  } catch (const InputError&) {
    return Outcome::no_cascade;
  }
}

Count count_mutants(const Definition& definition) {
  Count count;
  const auto text = einsum::text_of_file(einsum::cascade_path(definition.cascade));
  for (const auto& mutant : mutants_of(text)) {
    const auto outcome = outcome_of(definition, mutant);
    if (outcome == Outcome::no_cascade) continue;
    ++count.all;
    if (outcome == Outcome::told_apart) ++count.told_apart;
  }
  return count;
}

// Some changes make no difference: softmax is the same whichever number is subtracted from all
// scores, and the best of scores are the best of their multiples.
TEST(Mutants, AreToldApartMostly) {
  Count total;
  for (const auto& definition : all_direct()) {
    const auto count = count_mutants(definition);
    EXPECT_GE(count.told_apart, 1) << definition.cascade;
    EXPECT_GE(2 * count.told_apart, count.all) << definition.cascade;
    total.told_apart += count.told_apart;
    total.all += count.all;
  }
  RecordProperty("mutants", total.all);
  RecordProperty("told_apart", total.told_apart);
  EXPECT_GE(total.all, 1000);
  EXPECT_GE(10 * total.told_apart, 9 * total.all) << total.told_apart << " of " << total.all;
}

}  // namespace
}  // namespace attnsim::direct
