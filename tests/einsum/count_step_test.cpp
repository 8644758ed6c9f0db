#include <gmock/gmock.h>

#include "einsum/cascade_files.h"
#include "einsum/count_operations.h"

namespace attnsim::einsum {
namespace {

constexpr std::int64_t n = 16;
const Shapes attention = {{"B", 2}, {"H", 3}, {"E", 4}, {"F", 5}, {"M", n}, {"P", n}};

CascadeCounts last_of(const std::string& name, const Shapes& shapes) {
  const auto cascade = load_cascade(cascade_path(name));
  return count_last(cascade, resolve_shapes(cascade, shapes), "P");
}

TEST(LastQuery, CostsWhatOneQueryCosts) {
  auto one = attention;
  one["P"] = 1;
  const auto cascade = load_cascade(cascade_path("attention_3pass"));
  const auto last = count_last(cascade, attention, "P");
  const auto alone = count_operations(cascade, one);
  EXPECT_EQ(last.operations, alone.operations);
  EXPECT_EQ(last.input_words, alone.input_words);
  EXPECT_EQ(last.output_words, alone.output_words);
}

TEST(LastQuery, IsTheDifferenceThatItMakesUnderACausalMask) {
  const auto cascade = load_cascade(cascade_path("attention_3pass_causal"));
  auto shorter = attention;
  shorter["P"] = n - 1;
  EXPECT_EQ(count_last(cascade, attention, "P").flops,
            count_operations(cascade, attention).flops - count_operations(cascade, shorter).flops);
}

TEST(LastQuery, ReadsTheKeysThatItsMaskLeaves) {
  auto shapes = attention;
  shapes["S"] = 2;
  shapes["W"] = 3;
  const auto last = last_of("streaming_llm", shapes);
  EXPECT_EQ(last.input_words, 2 * 3 * (4 + (4 + 5) * (2 + 3)));  // Q, and E + F of each key seen
  EXPECT_EQ(last.operations.at("exp"), 2 * 3 * (2 + 3));
}

TEST(LastQuery, ReadsWhatItGathers) {
  auto shapes = attention;
  shapes["N"] = 2;
  const auto last = last_of("tidal_decode", shapes);
  // The layer that selects reads all keys, the layer behind it two of them.
  EXPECT_EQ(last.input_words, 2 * 3 * (4 + 9 * n + 4 + 9 * 2));
}

TEST(LastStep, OfARecurrenceReadsAndWritesItsState) {
  const auto last =
      last_of("gated_linear_attention", {{"B", 2}, {"H", 3}, {"E", 4}, {"F", 5}, {"P", n}});
  EXPECT_EQ(last.input_words, 2 * 3 * (4 + 4 + 5 + 4 + 4 * 5));
  EXPECT_EQ(last.output_words, 2 * 3 * (5 + 4 * 5));
  EXPECT_EQ(last.flops, 2 * 3 * (4 * 5 * 3 + 5 * (4 + 3)));
}

TEST(LastQuery, IsRefusedWhereQueriesAreTakenTogether) {
  const auto why = [](const std::string& name) {
    return why_not_alone(load_cascade(cascade_path(name)), "P");
  };
  EXPECT_EQ(why("attention_3pass_causal"), "");
  EXPECT_EQ(why("delta_rule"), "");
  EXPECT_EQ(why("act_qkv"), "MQ reduces over P");
  EXPECT_EQ(why("combiner"), "QS takes P in blocks");
  EXPECT_EQ(why("distributed_mha").substr(0, 14), "K reads X[b,d,");
  EXPECT_EQ(why("gaussian_adaptive"), "it has no rank P along which queries come");
}

TEST(Counts, AreAtMostWhereDataDecides) {
  const auto why = [](const std::string& name) {
    const auto cascade = load_cascade(cascade_path(name));
    return count_operations(cascade, resolve_shapes(cascade, attention)).at_most;
  };
  EXPECT_EQ(why("attention_3pass_causal"), "");
  EXPECT_EQ(why("sink_lora"), "");
  EXPECT_EQ(why("duo_attention"), "the condition of QK depends on data");
}

TEST(Counts, TellSelectionsApart) {
  auto shapes = attention;
  shapes["N"] = 2;
  const auto cascade = load_cascade(cascade_path("tidal_decode"));
  const auto counts = count_operations(cascade, shapes);
  EXPECT_EQ(counts.selections, counts.operations.at("topk"));
  EXPECT_EQ(counts.selections, 2 * 3 * n * 2 * (n - 1));
}

}  // namespace
}  // namespace attnsim::einsum
