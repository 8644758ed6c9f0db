#include "einsum/derive.h"

#include <chrono>
#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Derivation derived(const std::string& name, const std::string& rank) {
  return derive(load_cascade(cascade_path(name)), rank);
}

std::vector<std::string> rules_of(const Derivation& derivation) {
  std::vector<std::string> rules;
  for (const auto& step : derivation.steps) rules.push_back(step.rule + " " + step.einsum);
  return rules;
}

/// The same text but for the header and the name.
void expect_same_equations(Cascade a, Cascade b) {
  a.header = b.header = {};
  a.name = b.name = "";
  EXPECT_EQ(to_text(a), to_text(b));
}

TEST(Derivation, OfThreePassAttentionIsTheOnePassCascadeOfFuseMax) {
  const auto derivation = derived("attention_3pass", "M");

  EXPECT_EQ(derivation.passes_before, 3);
  EXPECT_EQ(derivation.passes_after, 1);
  EXPECT_THAT(derivation.obstacles, IsEmpty());
  expect_same_equations(derivation.result, load_cascade(cascade_path("attention_1pass")));
  EXPECT_EQ(derivation.result.name, "attention_1pass");
}

TEST(Derivation, OfCausalAttentionIsTheShippedOnePassCascade) {
  expect_same_equations(derived("attention_3pass_causal", "M").result,
                        load_cascade(cascade_path("attention_1pass_causal")));
}

TEST(Derivation, SaysItsStepsInOrder) {
  const auto derivation = derived("attention_3pass", "M");

  EXPECT_THAT(rules_of(derivation),
              ElementsAre("defer AV", "split the rank SD", "reduce by chunks GM", "run GM",
                          "run with correction SD", "run with correction SNV"));
  const auto& first = derivation.steps.front();
  EXPECT_EQ(first.passes_before, 3);
  EXPECT_EQ(first.passes_after, 2);
  EXPECT_THAT(first.touched, ElementsAre("SNV", "AV"));
  EXPECT_THAT(first.removed, ElementsAre("A"));
  EXPECT_THAT(first.condition, HasSubstr("`1 / SD[b,h,p]` does not depend on m"));
  const auto& last = derivation.steps.back();
  EXPECT_EQ(last.passes_before, 2);
  EXPECT_EQ(last.passes_after, 1);
  EXPECT_THAT(last.condition, HasSubstr("`exp(QK[b,h,m1,m0,p] - RM[b,h,M1,p])` is multiplied by "
                                        "`exp(RM[b,h,m1,p] - RM[b,h,m1+1,p])`, which has no m0"));
  EXPECT_LT(last.max_error, 1e-12);
}

TEST(Derivation, OfTheShippedVariantsIsOnePass) {
  const std::vector<std::pair<std::string, std::string>> variants = {
      {"attention_naive", "M"},          {"attention_3pass", "M"},
      {"attention_3pass_causal", "M"},   {"attention_3pass_window", "M"},
      {"attention_3pass_gqa", "M"},      {"attention_3pass_sink_window", "M"},
      {"attention_3pass_split_kv", "S"}, {"attention_3pass_split_kv", "T"},
      {"attention_2pass", "M"}};
  for (const auto& [name, rank] : variants) {
    const auto derivation = derived(name, rank);
    EXPECT_EQ(derivation.passes_after, 1) << name;
    EXPECT_GT(derivation.passes_before, 1) << name;
    const std::string text = to_text(derivation.result);
    EXPECT_TRUE(same(parse_cascade(text, name), derivation.result)) << text;
  }
}

TEST(Derivation, TakesLessThanASecond) {
  const auto start = std::chrono::steady_clock::now();
  static_cast<void>(derived("attention_3pass", "M"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(Derivation, OfOnePassHasNothingToDo) {
  const auto derivation = derived("attention_1pass", "M");
  EXPECT_EQ(derivation.passes_after, 1);
  EXPECT_THAT(derivation.steps, IsEmpty());
  EXPECT_THAT(derivation.obstacles, IsEmpty());
  EXPECT_EQ(derivation.result.name, "attention_1pass");
}

TEST(Derivation, OfAMergeOverSplitsAndOfEachSplitGoTogether) {
  const auto over_keys = derived("attention_3pass_split_kv", "T");
  const auto both = derive(over_keys.result, "S");
  EXPECT_EQ(both.passes_after, 1);
  EXPECT_EQ(derive(both.result, "T").passes_before, 1);
}

TEST(Derivation, RejectsAnUnknownRank) {
  EXPECT_THAT([] { static_cast<void>(derived("attention_3pass", "N")); },
              testing::ThrowsMessage<InputError>(HasSubstr("unknown rank 'N' (known: B, H")));
}

TEST(Derivation, TakesTheRankOfMostPassesWithoutParts) {
  EXPECT_EQ(rank_of_most_passes(load_cascade(cascade_path("attention_3pass"))), "M");
  EXPECT_EQ(rank_of_most_passes(load_cascade(cascade_path("attention_2pass"))), "M");
}

}  // namespace
}  // namespace attnsim::einsum
