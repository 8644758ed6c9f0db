#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <random>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

/// Sixty points, a third of which do not fit.
constexpr const char* sweep = R"(<sweep name="killed">
  <base arch="fusemax" mapping="fusemax"/>
  <workload models="bert t5" lengths="1K 4K"/>
  <vary name="buffer" values="16 KiB, 4 MiB, 16 MiB">
    <set path="//memory[@name='global_buffer']/@capacity" value="{buffer}"/>
  </vary>
  <vary name="bandwidth" values="100 200 300 400 500" unit="GiB/s">
    <set path="//memory[@name='dram']/@bandwidth" value="{bandwidth}"/>
  </vary>
</sweep>
)";

/// The sweep in a folder of its own.
class RealSweep : public testing::Test {
 protected:
  void SetUp() override { static_cast<void>(folder_.write("s.xml", sweep)); }

  [[nodiscard]] Finished attnsim(const std::string& arguments) const {
    return run_program(arguments, folder_.path(""));
  }

  /// Every row of the database but those of `run`.
  [[nodiscard]] std::string rows(const std::string& database) const {
    std::string text;
    for (const auto* select :
         {"* FROM point ORDER BY key", "* FROM sweep", "* FROM sweep_point ORDER BY position",
          "* FROM parameter ORDER BY position, name"}) {
      const auto found = attnsim("query " + database + " --csv \"SELECT " + select + "\"");
      EXPECT_EQ(found.code, 0) << found.err;
      text += found.out;
    }
    return text;
  }

  /// Whether some of the points are done and some are not.
  [[nodiscard]] bool is_part_done(const std::string& database) const {
    const auto found = attnsim("query " + database + " --csv \"SELECT count(*) FROM point\"");
    if (found.code != 0) return false;  // killed before there was anything
    const auto done = std::stoi(found.out.substr(found.out.find('\n') + 1));
    return done > 0 && done < 60;
  }

  /// Sweeps under `timeout`, which kills. @return whether it was still at work
  [[nodiscard]] bool killed_after(double seconds, const std::string& database) const {
    const auto command = fmt::format(
        "cd '{}' && exec timeout -s KILL {:.4f} '{}' sweep s.xml -o {} -j 2 --resume >out 2>err",
        folder_.path(""), seconds, ATTNSIM_PROGRAM, database);
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): a shell is wanted
    if (status != 0) {
      EXPECT_EQ(read_file(folder_.path("err")), "");
    }
    return status != 0;
  }

  Folder folder_;
};

TEST_F(RealSweep, KilledTwentyTimesEndsInTheRowsOfOneThatWasNot) {
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(attnsim("sweep s.xml -o whole.sqlite -j 2").code, 0);
  const std::chrono::duration<double> length = std::chrono::steady_clock::now() - start;
  const auto expected = rows("whole.sqlite");

  std::mt19937 random(6);
  std::uniform_real_distribution<> share(0, 0.4);
  int in_the_middle = 0;
  for (int kills = 0; kills < 20;) {
    if (killed_after(share(random) * length.count(), "r.sqlite")) {
      ++kills;
      in_the_middle += is_part_done("r.sqlite") ? 1 : 0;
      continue;
    }
    EXPECT_EQ(rows("r.sqlite"), expected);  // it was through: once more from the beginning
    std::filesystem::remove(folder_.path("r.sqlite"));
  }
  const auto last = attnsim("sweep s.xml -o r.sqlite -j 2 --resume");

  EXPECT_GT(in_the_middle, 0);
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_EQ(rows("r.sqlite"), expected);
  EXPECT_EQ(attnsim("sweep s.xml -o r.sqlite").out,
            "killed: 60 points: 0 computed (0 failed), 60 there already\n");
}

TEST_F(RealSweep, GivesTheSameRowsOverTheRanksOfMpi) {
  const std::string mpirun = ATTNSIM_MPIRUN;
  if (mpirun.empty()) GTEST_SKIP() << "built without MPI";
  ASSERT_EQ(attnsim("sweep s.xml -o one.sqlite -j 1").code, 0);
  const auto command = fmt::format(
      "cd '{}' && OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
      "OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1 "
      "OMPI_MCA_btl=self,vader,tcp OMPI_MCA_plm_rsh_agent=/bin/false "
      "OMPI_MCA_memory=^patcher ASAN_OPTIONS=detect_leaks=0 "
      "'{}' -n 4 '{}' sweep s.xml -o four.sqlite </dev/null >out 2>err",
      folder_.path(""), mpirun, ATTNSIM_PROGRAM);
  ASSERT_EQ(std::system(command.c_str()), 0)  // NOLINT(cert-env33-c): a shell is wanted
      << read_file(folder_.path("err"));
  EXPECT_THAT(
      read_file(folder_.path("out")),
      testing::MatchesRegex("killed: 60 points: 60 computed .[0-9]+ failed., 0 there already\n"));
  EXPECT_EQ(rows("four.sqlite"), rows("one.sqlite"));
}

}  // namespace
}  // namespace attnsim::cli
