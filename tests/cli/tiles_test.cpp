#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string window =
    "tiles sliding_window --shape P=64K,M=64K,W=4096 --query-tiles P=128 --key-tiles M=128";
const std::string video =
    "tiles gna_3d --shape Z=30,Y=48,X=80,WZ=18,WY=24,WX=24,SZ=16,SY=8,SX=8"
    " --query-tiles Z=4,Y=8,X=8 --key-tiles L=2,J=8,I=8";

TEST(Tiles, OfAWindowAreThoseOfItsKeysAndOneMore) {
  const auto run = run_program(window);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("sliding_window, tiles of QK at M=65536 P=65536\n"));
  EXPECT_THAT(run.out, HasSubstr("query tiles P=128; key tiles M=128, on a grid from 0\n"));
  EXPECT_THAT(run.out,
              HasSubstr("\nP | M                   512        512     33  31.97      1\n"));
  EXPECT_THAT(run.out, HasSubstr("speedup             at most 15.52x by the worst query tile"));
  EXPECT_THAT(run.out, Not(HasSubstr("end to end")));
}

TEST(Tiles, OfAVideoAreThoseOfItsThreeAxes) {
  const auto run = run_program(video + " --share 0.607");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\nZ | L "));
  EXPECT_THAT(run.out, HasSubstr("\nall                     480        900     81"));
  EXPECT_THAT(run.out, HasSubstr("(9 %): 11.11x fewer\n"));
  EXPECT_THAT(run.out, HasSubstr("at most 11.11x by the worst query tile"));
  EXPECT_THAT(run.out, HasSubstr("end to end          2.23x where attention has 60.7 % of the"));
}

TEST(Tiles, AreWrittenAsJson) {
  const auto run = run_program(video + " --dynamic --json -");
  EXPECT_EQ(run.code, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["dynamic"], true);
  EXPECT_EQ(json["tiles"]["key_tiles"], 900);
  EXPECT_EQ(json["groups"].size(), 3U);
  EXPECT_EQ(json["shapes"]["SZ"], 16);
  EXPECT_FALSE(json.contains("share"));
}

TEST(Tiles, NeedBothKindsOfTiles) {
  const auto run = run_program("tiles natten --shape P=64 --query-tiles P=8");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--key-tiles is required"));
}

TEST(Tiles, RefuseWhatIsNoTile) {
  const auto refused = [](const std::string& rest) {
    const auto run = run_program("tiles natten --shape P=64 --query-tiles P=8 " + rest);
    EXPECT_NE(run.code, 0);
    EXPECT_EQ(run.out, "");
    return run.err;
  };
  EXPECT_THAT(refused("--key-tiles N=8"), HasSubstr("natten.cascade: unknown rank 'N'"));
  EXPECT_THAT(refused("--key-tiles M=0"), HasSubstr("M"));
  EXPECT_THAT(refused("--key-tiles M"), HasSubstr("M"));
  EXPECT_THAT(refused("--key-tiles M=8 --share 1.5"), HasSubstr("--share"));
  EXPECT_THAT(refused("--key-tiles M=8 --einsum QQ"),
              HasSubstr("unknown Einsum 'QQ' (known: QK, GM, SN, SD, SNV, AV)"));
}

TEST(Tiles, AreThoseOfTheNamedEinsum) {
  const auto run = run_program(
      "tiles combiner --shape C=8,P0=4,N=8,M0=4 --query-tiles C=1 --key-tiles N=1 --einsum FAR");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("tiles of FAR at C=8 N=8\n"));
  EXPECT_THAT(run.out,
              HasSubstr("\nC | N                     8          8      7   3.5      0\n"));
}

}  // namespace
}  // namespace attnsim::cli
