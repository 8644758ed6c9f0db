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
  EXPECT_THAT(run.out, HasSubstr("\nC | N                     8          8      7   3.5      0\n"));
}

/// What `validate` says of a study of tiles with these rows.
Finished validate(const std::string& rows, const std::string& table = "t.csv") {
  const Folder folder;
  static_cast<void>(folder.write(
      "t.csv",
      "case,cascade,shape,query_tiles,key_tiles,tiles_are,share,end_to_end_speedup\n" + rows));
  return run_program(
      "validate --published " +
      folder.write("tile_study.xml", "<tile_study name='s' title='T' source='x' table='" + table +
                                         "' within='0.02'/>\n"));
}

TEST(TileStudies, FailWhereARowIsFurtherOff) {
  const std::string row = "a,natten,P=64 W=16 S=16,P=16,M=16,named,1,";
  EXPECT_EQ(validate(row + "4.0\n").code, 0);
  const auto run = validate(row + "4.1\n");
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out, HasSubstr("1 points, of which 0 have the published digits; greatest error "
                                 "2.44%, 1 outside of 2%\n"));
}

TEST(TileStudies, RefuseWhatIsNoRow) {
  const auto error_of = [](const std::string& rows) {
    const auto run = validate(rows);
    EXPECT_EQ(run.code, 3);
    return run.err;
  };
  const std::string row = "a,natten,P=64,P=16,M=16,named,";
  EXPECT_THAT(error_of(row + "1.5,2\n"), HasSubstr("t.csv:2:31: share must be at most 1"));
  EXPECT_THAT(error_of(row + "0,2\n"), HasSubstr("t.csv:2:31: share must be a number greater"));
  EXPECT_THAT(error_of(row + "1,\n"), HasSubstr("t.csv:2:33: end_to_end_speedup must be a number"));
  EXPECT_THAT(error_of("a,nattn,P=64,P=16,M=16,named,1,2\n"), HasSubstr("did you mean 'natten'"));
  EXPECT_THAT(error_of("a,natten,P=64,P=16,N=16,named,1,2\n"), HasSubstr("unknown rank 'N'"));
  EXPECT_THAT(validate("", "u.csv").err, HasSubstr("u.csv: cannot be read"));
}

}  // namespace
}  // namespace attnsim::cli
