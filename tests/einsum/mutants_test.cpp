// Cascades with one operator changed are told apart from their definitions.
#include <gmock/gmock.h>
#include <regex>

#include "direct/direct.h"
#include "einsum/cascade_files.h"

namespace attnsim::direct {
namespace {

using einsum::Cascade;
using einsum::Shapes;
using einsum::Values;

/// What an operator is changed to.
const std::vector<std::pair<std::string, std::string>> changes = {
    {" + ", " - "},   {" - ", " + "},   {" * ", " + "},   {" / ", " * "},
    {"exp(", "abs("}, {"sum[", "max["}, {"<= ", "< "},    {"< ", "<= "},
    {">= ", "> "},    {"== ", "!= "},   {" and ", " or "}};

/// The texts with one operator of one Einsum changed.
std::vector<std::string> mutants_of(const std::string& text) {
  std::vector<std::string> all;
  for (const auto& [from, to] : changes) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += from.size()) {
      const auto start = text.rfind('\n', at) + 1;
      const auto line = text.substr(start, text.find('\n', at) - start);
      static const std::regex einsum_line("[A-Z][A-Z0-9]*\\[.*");
      if (!std::regex_match(line, einsum_line)) continue;
      all.push_back(text);
      all.back().replace(at, from.size(), to);
    }
  }
  return all;
}

struct Count {
  int told_apart = 0;
  int all = 0;
};

enum class Outcome { told_apart, same, no_cascade };

Outcome outcome_of(const Definition& definition, const std::string& text) {
  try {
    const auto cascade = einsum::parse_cascade(text, definition.cascade);
    for (const auto& given : definition.shapes) {
      const auto shapes = einsum::resolve_shapes(cascade, given);
      const auto inputs = draw_inputs(definition, cascade, shapes, 1);
      const auto values = einsum::evaluate(cascade, shapes, inputs);
      for (const auto& one : compare(definition, cascade, shapes, inputs, values)) {
        if (!one.holds()) return Outcome::told_apart;
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
    if (outcome == Outcome::same && std::getenv("SHOW_MUTANTS") != nullptr) {
      std::size_t i = 0;
      while (text[i] == mutant[i]) ++i;
      const auto start = mutant.rfind('\n', i) + 1;
      std::printf("%s: %s\n", definition.cascade.c_str(),
                  mutant.substr(start, mutant.find('\n', i) - start).c_str());
    }
  }
  return count;
}

// Some changes make no difference: softmax is the same whichever number is subtracted from all
// scores, and what is computed where nobody looks is free.
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
  EXPECT_GE(10 * total.told_apart, 7 * total.all) << total.told_apart << " of " << total.all;
}

}  // namespace
}  // namespace attnsim::direct
