#include "report/atlas.h"

#include <gmock/gmock.h>
#include <sstream>
#include <stdexcept>

#include "base/error.h"

#include "support/web_page.h"

namespace attnsim::report {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* two_passes =
    "# Two passes, by a sum. And more.\ncascade two\nrank P M E\ninput X[e,m,p]\noutput Y[m,p]\n"
    "A[m,p] = sum[e] X[e,m,p] * X[e,m,p]\nS[p] = sum[m] A[m,p]\nY[m,p] = A[m,p] / S[p]\n";
constexpr const char* one_pass =
    "cascade one\nrank P M\ninput X[m,p]\noutput Y[p]\nY[p] = sum[m] X[m,p] where m <= p\n";
constexpr const char* with_width =
    "cascade wide\nrank M W\ninput X[m,w]\noutput Y[]\nY[] = sum[m,w] X[m,w]\n";
constexpr const char* no_keys = "cascade none\nrank P\ninput X[p]\noutput Y[p]\nY[p] = X[p]\n";
constexpr const char* recurrence =
    "cascade recur\nrank P E\ntypical E = 5\ninput X[e,p]\noutput Y[p]\ninit S[e,0] = 0\n"
    "S[e,p+1] = S[e,p] + X[e,p]\nY[p] = sum[e] S[e,p+1]\n";
constexpr const char* together =
    "cascade pooled\nrank P M\nparam W = 2\ninput X[m,p] K[m]\noutput Y[m,p]\n"
    "A[m] = sum[p] X[m,p]\nY[m,p] = A[m] * K[m] where W > 0 and K[m] > 0\n";

Atlas example() {
  Atlas atlas;
  atlas.machine = {"toy", 1000, 10};
  AtlasOptions options;
  options.length = 8;
  options.model = {{"E", 4}, {"S", 3}};
  for (const auto* text : {one_pass, two_passes, with_width, no_keys, recurrence, together}) {
    add_to_atlas(atlas, einsum::parse_cascade(text, "t"), options);
  }
  return atlas;
}

const AtlasRow& row_of(const Atlas& atlas, const std::string& name) {
  for (const auto& row : atlas.rows) {
    if (row.name == name) return row;
  }
  throw std::out_of_range(name);
}

TEST(Atlas, StandsInTheOrderOfPasses) {
  const auto atlas = example();
  ASSERT_EQ(atlas.rows.size(), 5U);
  EXPECT_EQ(atlas.rows[0].name, "two");
  EXPECT_EQ(atlas.rows[0].about, "Two passes, by a sum");
  EXPECT_EQ(atlas.rows[1].name, "one");
  EXPECT_THAT(atlas.without,
              testing::ElementsAre(testing::Pair("none", "no position has to do with another")));
}

TEST(Atlas, CountsAlongTheKeysOrWhereThereAreNoneAlongPositions) {
  const auto atlas = example();
  EXPECT_EQ(row_of(atlas, "one").rank(), "M");
  EXPECT_EQ(row_of(atlas, "recur").rank(), "P");
  EXPECT_EQ(atlas.over(), "the sequence");
}

TEST(Atlas, TakesTypicalSizesBeforeTheModels) {
  EXPECT_EQ(row_of(example(), "recur").prefill.shapes->at("E"), 5);
  EXPECT_EQ(row_of(example(), "two").prefill.shapes->at("E"), 4);
}

TEST(Atlas, CountsKeptAndSpilledTraffic) {
  const auto atlas = example();
  const auto& two = atlas.rows[0].prefill;
  // 4 mul and 3 add an element, 7 add a column, a division an element; 256 + 64 words of 2 bytes.
  EXPECT_EQ(two.counts->flops, 64 * 7 + 8 * 7 + 64);
  EXPECT_DOUBLE_EQ(two.intensity_kept(), (64 * 7 + 8 * 7 + 64) / 640.0);
  EXPECT_EQ(two.extra_words(), 2 * 64);
  EXPECT_DOUBLE_EQ(two.intensity_spilled(), (64 * 7 + 8 * 7 + 64) / (640.0 + 256));
}

TEST(Atlas, DecodesTheLastQueryUnderAMask) {
  const auto atlas = example();
  const auto& one = row_of(atlas, "one");
  ASSERT_TRUE(one.decode) << one.no_decode;
  EXPECT_EQ(one.decode->counts->flops, 8 - 1);
  EXPECT_EQ(one.decode->counts->compulsory_words(), 8 + 1);
}

TEST(Atlas, DecodesARecurrenceWithItsState) {
  const auto atlas = example();
  const auto& recur = row_of(atlas, "recur");
  ASSERT_TRUE(recur.decode) << recur.no_decode;
  EXPECT_EQ(recur.decode->counts->compulsory_words(), 5 + 5 + 5 + 1);  // X; S in, S out; Y
}

TEST(Atlas, DecodesAsAOneQueryPrefillWhereQueriesAreTakenTogether) {
  const auto atlas = example();
  const auto& pooled = row_of(atlas, "pooled");
  ASSERT_TRUE(pooled.decode) << pooled.no_decode;
  EXPECT_EQ(pooled.decode->shapes->at("P"), 1);
}

TEST(Atlas, MarksCountsThatAreAtMost) {
  const auto atlas = example();
  EXPECT_EQ(row_of(atlas, "pooled").prefill.at_most(), "the condition of Y depends on data");
  EXPECT_THAT(atlas_csv(atlas), HasSubstr(",\"the condition of Y depends on data\","));
  std::ostringstream text;
  print_atlas(text, atlas);
  EXPECT_THAT(text.str(), HasSubstr("\nat most for pooled: the condition of Y depends on data\n"));
}

TEST(Atlas, KeepsACascadeWhoseShapesAreMissing) {
  const auto atlas = example();
  EXPECT_EQ(row_of(atlas, "wide").missing, "no shape is given for rank W");
  std::ostringstream text;
  print_atlas(text, atlas);
  EXPECT_THAT(text.str(), HasSubstr("no figures for wide: no shape is given for rank W"));
  EXPECT_THAT(
      atlas_csv(atlas),
      HasSubstr("\nwide,M,1,true,,0,,1,,,,,,,,,,,,,,,,\"\",\"no shape is given for rank W\"\n"));
}

TEST(Atlas, AsAPageHasItsChartsAndLoadsNothing) {
  const auto html = to_html(atlas_document(example()), test::small_parts());
  EXPECT_THAT(test::loads(html), IsEmpty());
  EXPECT_EQ(test::chart_specs(html).size(), 4U);
  EXPECT_THAT(html, HasSubstr("A &gt; S (all of M) &gt; Y"));
}

TEST(Atlas, OfNothingIsAPageToo) {
  EXPECT_THAT(to_html(atlas_document(Atlas{}), test::small_parts()),
              HasSubstr("No cascade has such a rank."));
}

TEST(Roofline, IsMemoryThenArithmetic) {
  const Roofline machine{"toy", 1000, 10};
  EXPECT_EQ(machine.balance(), 100);
  EXPECT_EQ(machine.attainable(99), 990);
  EXPECT_EQ(machine.attainable(100), 1000);
  EXPECT_EQ(machine.attainable(101), 1000);
}

TEST(Roofline, CountsAllUnitsThatMultiplyAndAdd) {
  arch::Architecture architecture;
  architecture.clock = Hertz{100};
  arch::ArraySpec array;
  array.rows = 2;
  array.columns = 3;
  array.operations["mac"] = {};
  arch::VectorSpec vector;
  vector.lanes = 4;
  vector.operations["mac"] = {};
  arch::VectorSpec adder;
  adder.lanes = 50;
  adder.operations["add"] = {};
  arch::MemorySpec dram;
  dram.bandwidth = BytesPerSecond{10};
  arch::MemorySpec buffer = dram;
  buffer.capacity = Bytes{1};
  architecture.components = {array, vector, adder, dram, buffer};
  const auto roofline = roofline_of(architecture);
  EXPECT_EQ(roofline.operations_per_second, 2 * (6 + 4) * 100);
  EXPECT_EQ(roofline.bytes_per_second, 10);
}

TEST(Roofline, OfAMachineWithoutMemorySaysWhatItTakes) {
  arch::Architecture architecture;
  architecture.name = "bare";
  architecture.place = {"a.xml", 2, 1};
  try {
    static_cast<void>(roofline_of(architecture));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(
        error.what(),
        "a.xml:2:1: bare has no roofline: it takes an array or vector with <op "
        "name=\"mac\">, or a <gpu> with an <op products=\"yes\">, and a memory with a bandwidth "
        "and no capacity");
  }
}

TEST(Roofline, OfAGpuIsThatOfItsProductsAtTheirOwnClock) {
  arch::Architecture architecture;
  architecture.clock = Hertz(2e9);
  arch::MemorySpec memory;
  memory.bandwidth = BytesPerSecond(1000);
  architecture.components.emplace_back(memory);
  architecture.gpu.emplace();
  architecture.gpu->multiprocessors = 10;
  architecture.gpu->power.tensor = Hertz(1e9);
  const auto add = [&](const char* name, double rate, bool products) {
    auto& operation = architecture.gpu->operations[name];
    operation.rate = rate;
    operation.products = products;
  };
  add("product", 4096, true);
  add("slower", 2048, true);
  add("move", 8192, false);
  EXPECT_DOUBLE_EQ(roofline_of(architecture).operations_per_second, 4096 * 10 * 1e9);
  EXPECT_DOUBLE_EQ(roofline_of(architecture).bytes_per_second, 1000);
}

}  // namespace
}  // namespace attnsim::report
