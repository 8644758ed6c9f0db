// Pipelines whose stages walk loops of their own in step: what they become, and what is refused.
#include <algorithm>
#include <gmock/gmock.h>

#include "base/complaint.h"
#include "base/text_file.h"
#include "mappings/counts.h"
#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char* const shipped = "flat_weight_stationary";

/// Executions of all operations of that name, and what they do of `what`.
struct Total {
  std::int64_t runs = 0;
  std::int64_t amount = 0;
};
Total total(const Lowered& lowered, const std::string& name, const std::string& what) {
  Total sum;
  const auto counts = count_executions(lowered.schedule);
  for (std::size_t u = 0; u < lowered.schedule.units.size(); ++u) {
    const auto unit = static_cast<UnitId>(u);
    for (std::size_t o = 0; o < lowered.schedule.units[unit].ops.size(); ++o) {
      const auto op = static_cast<OpId>(o);
      if (lowered.schedule.units[unit].ops[op].name != name) continue;
      for (std::size_t variant = 0; variant < counts[unit][op].size(); ++variant) {
        const auto runs = counts[unit][op][variant];
        sum.runs += runs;
        for (const auto& action : lowered.accounting[unit][op][variant].actions) {
          if (action.what == what) sum.amount += runs * action.count;
        }
      }
    }
  }
  return sum;
}

bool draws(const Lowered& lowered, const std::string& text) {
  return std::any_of(lowered.drawing.begin(), lowered.drawing.end(),
                     [&](const auto& line) { return line.find(text) != std::string::npos; });
}

Design with_shape(std::int64_t queries, std::int64_t keys,
                  const std::vector<XmlOverride>& mapping = {}) {
  auto design = shipped_design(shipped, queries, {}, mapping);
  design.shapes["M"] = keys;
  return design;
}

TEST(Zip, DividesAFitLoopIntoAsManyTilesAsTheOthersHave) {
  EXPECT_TRUE(draws(with_shape(4096, 4096).lower(), "for P in 2 tiles of 512, in step"));
  EXPECT_TRUE(draws(with_shape(4096, 65536).lower(), "for P in 32 tiles of 32, in step"));
  EXPECT_TRUE(draws(with_shape(4096, 1500).lower(), "for P in 1 tiles of 1024, in step"));
}

// Scores come back when all of the block's are stored: an iteration after the last of 8 chunks.
TEST(Zip, StartsAStageWhenTheWholeTileThatItReadsIsThere) {
  const auto lowered = with_shape(4096, 16384).lower();

  EXPECT_TRUE(draws(lowered, "after,  1 iteration behind"));    // scores are stored
  EXPECT_TRUE(draws(lowered, "stage, 9 iterations behind"));    // 1 + 7, and 1
  EXPECT_TRUE(draws(lowered, "after,  11 iterations behind"));  // their softmax is stored
  EXPECT_TRUE(draws(lowered, "stage, 19 iterations behind"));   // 11 + 7, and 1
}

TEST(Zip, MovesEachBlockOnceThroughOffChipMemory) {
  const auto lowered = with_shape(4096, 16384).lower();
  const std::int64_t scores = 2LL * 3 * 4096 * 16384;

  for (const auto* const name : {"store QK", "store A"}) {
    EXPECT_EQ(total(lowered, name, "write").amount, 2 * scores) << name;
  }
  for (const auto* const name : {"load QK", "load A"}) {
    EXPECT_GE(total(lowered, name, "read").amount, 2 * scores) << name;
  }
  EXPECT_EQ(total(lowered, "load Q", "").runs, 2 * 3 * 4);
  EXPECT_EQ(total(lowered, "load K", "").runs, 2 * 3 * 4 * 64);  // again for every block
  EXPECT_EQ(total(lowered, "store AV", "").runs, 2 * 3 * 4);
}

TEST(Zip, ComputesEveryPointOnceWhereTilesAreShorter) {
  for (const auto& [queries, keys] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {1000, 3000}, {3000, 3001}, {2048, 12288}, {2048, 11111}, {1, 1}, {5000, 2049}}) {
    SCOPED_TRACE(std::to_string(queries) + " x " + std::to_string(keys));
    const auto lowered = with_shape(queries, keys).lower();
    const auto points = 2 * 3 * queries * keys;

    EXPECT_EQ(total(lowered, "QK", "mac").amount, 64 * points);
    EXPECT_EQ(total(lowered, "GM", "max").amount, points);
    EXPECT_EQ(total(lowered, "SN+SD", "exp").amount, points);
    EXPECT_EQ(total(lowered, "A", "div").amount, points);
    EXPECT_EQ(total(lowered, "AV", "mac").amount, 64 * points);
    EXPECT_EQ(total(lowered, "store QK", "write").amount, 2 * points);
  }
}

/// The scores stay on chip. The maximum follows them chunk by chunk; what comes behind it does not.
Lowered with_scores_on_chip(const std::string& buffers) {
  const std::string text = R"(<mapping name="m" cascade="attention_3pass">
<for rank="B"><for rank="H"><for rank="P" tile="256">
<keep tensor="QK SN A" at="global_buffer" buffers=")" +
                           buffers + R"("/>
<keep tensor="GM SD" at="global_buffer" buffers="3"/>
<pipeline depth="fit" zip="yes">
<stage><for rank="M" tile="256"><keep tensor="Q K" at="global_buffer" buffers="2"/>
<spatial rank="P" along="rows"><spatial rank="M" along="columns">
<einsum name="QK" on="array2d"/></spatial></spatial></for></stage>
<stage><for rank="M" tile="256"><spatial rank="M" along="lanes">
<einsum name="GM" on="array1d"/></spatial></for></stage>
<stage><for rank="P" tile="fit"><spatial rank="M" along="lanes" fold="yes">
<einsum name="SN" on="array1d"/><einsum name="SD" on="array1d"/>
<einsum name="A" on="array1d"/></spatial></for></stage>
<stage><for rank="M" tile="256"><keep tensor="V AV" at="global_buffer" buffers="2"/>
<spatial rank="P" along="rows"><spatial rank="F" along="columns">
<einsum name="AV" on="array2d"/></spatial></spatial></for></stage>
</pipeline></for></for></for></mapping>)";
  auto design = with_shape(1024, 2048);
  design.mapping = read_mapping(XmlElement::parse(text, "m.xml", "mapping"));
  return design.lower();
}

TEST(Zip, LetsAStageFollowOneThatWalksTheSameTilesWithoutWaitingForTheLast) {
  const auto lowered = with_scores_on_chip("2");

  const auto stage = [&](int lag) { return "stage, " + std::to_string(lag) + " iteration"; };
  EXPECT_FALSE(draws(lowered, stage(1)));  // GM is in the iteration of its chunk
  EXPECT_TRUE(draws(lowered, stage(8)));   // SN behind all 8 chunks
  EXPECT_TRUE(draws(lowered, stage(16)));  // AV behind all 8 groups of rows, too
}

// --- what is refused -----------------------------------------------------------------------------

std::string refusal(const std::vector<XmlOverride>& mapping, std::int64_t queries = 4096,
                    std::int64_t keys = 8192) {
  return complaint([&] { return with_shape(queries, keys, mapping).lower(); });
}
std::string infeasible(const std::vector<XmlOverride>& mapping) {
  return complaint<InfeasibleError>([&] { return with_shape(4096, 8192, mapping).lower(); });
}

TEST(ZipCheck, NamesTheTripCountsThatDiffer) {
  EXPECT_THAT(refusal({{"//stage[3]/for/@tile", "1024"}}),
              AllOf(HasSubstr("here it is 8 over M, there ("), HasSubstr("xml:18:13) 4 over M")));
}

TEST(ZipCheck, NamesTheTripCountsOfALastTileThatDiffer) {
  EXPECT_THAT(refusal({}, 1024 + 256),
              AllOf(HasSubstr("here it is 1 over P"), HasSubstr(") 4 over M, where the tile")));
}

TEST(ZipCheck, NeedsOneTileThatIsGiven) {
  EXPECT_THAT(refusal({{"//stage/for/@tile", "fit"}}),
              HasSubstr("xml:16:9: every loop of this zipped <pipeline> has tile=\"fit\""));
}

TEST(ZipCheck, RefusesMoreIterationsThanALoopHasCoordinates) {
  EXPECT_THAT(refusal({{"//for[@tile='1024']/@tile", "2"}}),
              AllOf(HasSubstr("here it is 2 over P"), HasSubstr("4 over M: choose tiles")));
}

TEST(ZipCheck, SaysHowDeepThePipelineIsAtLeast) {
  EXPECT_THAT(infeasible({{"//pipeline/@depth", "11"}}), HasSubstr("depth is at least 12"));
  EXPECT_NO_THROW(static_cast<void>(with_shape(4096, 8192, {{"//pipeline/@depth", "12"}}).lower()));
}

std::string edited(const std::string& from, const std::string& to) {
  auto text = read_text_file(workloads::find_shipped(workloads::Shipped::mapping, shipped));
  const auto at = text.find(from);
  return text.replace(at, from.size(), to);
}

Design design_of(const std::string& text) {
  auto design = with_shape(4096, 8192);
  design.mapping = read_mapping(XmlElement::parse(text, "m.xml", "mapping"));
  return design;
}

TEST(ZipCheck, RefusesALagAtWhichAStageWouldLoadWhatIsNotStoredYet) {
  const auto with_lag = [](const std::string& lag) {
    return edited("<stage>\n            <for rank=\"P\"",
                  "<stage lag=\"" + lag + "\">\n            <for rank=\"P\"");
  };
  EXPECT_THAT(
      complaint<InfeasibleError>([&] { return design_of(with_lag("4")).lower(); }),
      AllOf(StartsWith("m.xml:35:17: QK comes back from dram 3 iterations behind its store"),
            HasSubstr("which takes 4 to be complete")));
  EXPECT_NO_THROW(static_cast<void>(design_of(with_lag("5")).lower()));
}

TEST(ZipCheck, SaysHowManyBuffersWhatWaitsForAWholeTileTakes) {
  EXPECT_THAT(complaint<InfeasibleError>([&] { return with_scores_on_chip("1"); }),
              AllOf(StartsWith("m.xml:3:1: QK waits here for SN, 7 iterations"),
                    EndsWith("say buffers=\"2\" or more, or \"fit\"")));
  EXPECT_TRUE(draws(with_scores_on_chip("fit"), "keep QK SN A at global_buffer: 48 x 128 KiB"));
}

TEST(ZipCheck, RefusesAValueThatOneStageCarriesToTheNextIterationOfAnother) {
  const std::string text = R"(<mapping name="m" cascade="attention_1pass">
<partition rank="M0" shape="256"/><for rank="B"><for rank="H"><for rank="P" tile="256">
<keep tensor="Q QK SLN LM RM PRM SLD SLNV SPD RD SPNV RNV AV" at="global_buffer" buffers="fit"/>
<pipeline depth="fit" zip="yes"><stage><for rank="M1"><keep tensor="BK" at="global_buffer"/>
<spatial rank="P" along="columns lanes"><spatial rank="M0" along="rows">
<einsum name="QK" on="array2d"/><einsum name="LM" on="array2d"/><einsum name="RM" on="array1d"/>
</spatial></spatial></for></stage><stage><for rank="M1"><keep tensor="BV" at="global_buffer"/>
<spatial rank="P" along="columns lanes"><spatial rank="M0" along="rows">
<einsum name="PRM" on="array1d"/><einsum name="SLN" on="array2d"/><einsum name="SLD" on="array2d"/>
<einsum name="SLNV" on="array2d"/><einsum name="SPD" on="array1d"/><einsum name="RD" on="array1d"/>
<einsum name="SPNV" on="array1d"/><einsum name="RNV" on="array1d"/><einsum name="AV" on="array1d"/>
</spatial></spatial></for></stage></pipeline></for></for></for></mapping>)";
  auto design = shipped_design("fusemax", 1024);
  design.mapping = read_mapping(XmlElement::parse(text, "m.xml", "mapping"));
  EXPECT_THAT(complaint<InfeasibleError>([&] { return design.lower(); }),
              AllOf(StartsWith("m.xml:9:1: PRM needs the value of RM"),
                    HasSubstr("put both into one <stage>")));
}

TEST(ZipCheck, WantsOneLoopInEachStage) {
  const auto body = [](const std::string& stage) {
    return complaint([&] {
      return read_mapping(XmlElement::parse(
          "<mapping name=\"m\" cascade=\"c\">\n<pipeline depth=\"fit\" zip=\"yes\">\n" + stage +
              "</pipeline></mapping>",
          "m.xml", "mapping"));
    });
  };
  const std::string loop = "<for rank=\"M\"><einsum name=\"A\" on=\"u\"/></for>";
  EXPECT_EQ(
      body("<stage>" + loop + loop + "</stage>"),
      "m.xml:3:1: a stage of a zipped <pipeline> is one <for>, with everything else inside it");
  EXPECT_THAT(body("<stage><einsum name=\"A\" on=\"u\"/></stage>"),
              StartsWith("m.xml:3:1: a stage"));
}

TEST(RoundTrip, IsRefusedWhereTheLoadStandsBeforeTheStore) {
  const std::string text =
      R"(<mapping name="m" cascade="attention_3pass"><keep tensor="QK" at="dram"/>
<for rank="B"><for rank="H"><for rank="P" tile="256">
<keep tensor="GM SN SD A Q K V AV" at="global_buffer" buffers="2"/>
<for rank="M" tile="256"><spatial rank="P" along="rows"><spatial rank="M" along="columns lanes">
<einsum name="QK" on="array2d"/>
<keep tensor="QK" at="global_buffer"/></spatial></spatial>
<spatial rank="M" along="lanes">
<keep tensor="QK" at="global_buffer"/>
<einsum name="GM" on="array1d"/></spatial></for>
<spatial rank="M" along="lanes" fold="yes"><keep tensor="QK" at="global_buffer"/>
<einsum name="SN" on="array1d"/><einsum name="SD" on="array1d"/>
<einsum name="A" on="array1d"/></spatial><einsum name="AV" on="array2d"/></for></for></for></mapping>)";
  auto design = with_shape(1024, 1024);
  design.mapping = read_mapping(XmlElement::parse(text, "m.xml", "mapping"));
  EXPECT_THAT(
      complaint<InfeasibleError>([&] { return design.lower(); }),
      AllOf(StartsWith("m.xml:9:1: QK comes back from dram before what is made at m.xml:5:1")));
}

}  // namespace
}  // namespace attnsim::mappings
