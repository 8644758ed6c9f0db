#include <gtest/gtest.h>

#include "base/complaint.h"
#include "mappings/launch.h"
#include "mappings/small_gpu.h"

namespace attnsim::mappings {
namespace {

LoweredLaunch lowered(const KernelMapping& mapping, const KernelShapes& shapes = {}) {
  return lower_kernel(mapping, small_gpu(), shapes).launches.front();
}

std::int64_t residents(const std::string& threads, const std::string& registers,
                       const std::string& shared) {
  return lowered(one_role("blocks='1' threads='" + threads + "' registers='" + registers +
                              "' shared='" + shared + "'",
                          "<delay cycles='1'/>"))
      .residents;
}

TEST(KernelLowering, HoldsAsManyBlocksAsThreadsRegistersAndSharedMemoryAllow) {
  EXPECT_EQ(residents("32", "16", "0"), 8);          // blocks
  EXPECT_EQ(residents("256", "16", "0"), 4);         // threads
  EXPECT_EQ(residents("256", "128", "0"), 2);        // registers
  EXPECT_EQ(residents("256", "120", "0"), 2);        // ... which a warp takes 256 at a time
  EXPECT_EQ(residents("32", "16", "49 * 1024"), 2);  // shared memory, 1 KiB a block reserved
  EXPECT_EQ(residents("32", "16", "49 * 1024 + 1"), 1);
}

TEST(KernelLowering, RefusesABlockThatNoMultiprocessorHolds) {
  const auto message =
      complaint<InfeasibleError>([] { return residents("32", "16", "100 * 1024"); });
  EXPECT_NE(message.find("does not fit on a multiprocessor"), std::string::npos);
}

TEST(KernelLowering, TellsBlocksApartByTheirClasses) {
  const auto launch = lowered(one_role(
      "blocks='6' threads='32' registers='16'", "<loop times='n'><delay cycles='1'/></loop>",
      "<each name='odd' value='block % 2'/><class name='n' value='odd ? 5 : 1'/>"));
  EXPECT_EQ(launch.order, (std::vector<std::uint32_t>{0, 1, 0, 1, 0, 1}));
  ASSERT_EQ(launch.classes.size(), 2U);
  EXPECT_EQ(launch.classes[0].blocks, 3);
  EXPECT_TRUE(launch.classes[1].stretches.empty());
}

TEST(KernelLowering, KeepsLongLinearLoopsAsPeriods) {
  const auto launch = lowered(one_role("blocks='1' threads='32' registers='16'",
                                       "<loop times='n'><do op='mul' count='10'/></loop>",
                                       "<class name='n' linear='yes' value='1000'/>"));
  const auto& kind = launch.classes.front();
  const auto times = [&](std::size_t program) {
    return launch.programs[program].roles[0][0].amount;
  };
  EXPECT_EQ(times(kind.stretches.at(0).longer) - times(kind.program), 8);
  EXPECT_EQ(times(kind.program) + kind.stretches[0].periods * 8, 1000);
  EXPECT_EQ((kind.totals.actions.at({"tensor", "mul", ""})), 10000);
}

TEST(KernelLowering, SearchesAndDraws) {
  const auto mapping = kernel(
      "<search name='best' over='s' from='1' to='9' greatest='s * (10 - s)'/>"
      "<search name='found' over='s' from='1' to='9' first='s * (10 - s) &gt;= 20'/>"
      "<pattern name='kept' rows='3' columns='3' density='0' seed='1'/>"
      "<launch name='l' blocks='best + found + kept[2]' threads='32' registers='16'>"
      "<role name='r'><delay cycles='1'/></role></launch>");
  EXPECT_EQ(lowered(mapping).order.size(), 25U + 3U + 1U);
}

TEST(KernelLowering, GivesEachCopyOfARoleItsOwnTokens) {
  const auto mapping = kernel(
      "<launch name='l' blocks='1' threads='32' registers='16'>"
      "<token name='t' role='b' initial='copy'/>"
      "<role name='a'><signal token='t'/></role>"
      "<role name='b' copies='3'><wait token='t'/><signal token='t' to='next'/></role></launch>");
  const auto program = lowered(mapping).programs.front();
  EXPECT_EQ(program.tokens, (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(program.roles[0][0].tokens, 3);
  EXPECT_EQ(program.roles[3][0].token, 2);
  EXPECT_EQ(program.roles[3][1].token, 0);
}

TEST(KernelLowering, SaysWhatIsMissing) {
  const auto refusal = [](const std::string& steps) {
    return complaint(
        [&] { return lowered(one_role("blocks='1' threads='32' registers='16'", steps)); });
  };
  EXPECT_NE(refusal("<do op='mull' count='1'/>")
                .find("has no operation 'mull', did you mean 'mul'? (known: add, mul)"),
            std::string::npos);
  EXPECT_NE(refusal("<wait token='t'/>").find("the launch has no <token name=\"t\"/>"),
            std::string::npos);
  EXPECT_NE(refusal("<do op='mul' count='0 - 1'/>").find("it must not be negative"),
            std::string::npos);
  EXPECT_NE(refusal("<do op='mul' count='1e300'/>").find("nor above 2^53"), std::string::npos);
  EXPECT_NE(refusal("<loop times='5000'><loop times='5000'><delay cycles='1'/></loop></loop>")
                .find("go through more than 2^24 rounds here"),
            std::string::npos);
  EXPECT_NE(refusal("<do op='mul' count='1' speed='2'/>").find("has no attribute 'speed'"),
            std::string::npos);
}

TEST(KernelLowering, RefusesASearchAndAPatternWithoutAnEnd) {
  const auto refusal = [](const std::string& definition) {
    return complaint([&] {
      return lowered(kernel(definition + "<launch name='l' blocks='1' threads='32' registers='16'>"
                                         "<role name='r'><delay cycles='1'/></role></launch>"));
    });
  };
  EXPECT_NE(refusal("<search name='z' over='s' from='1' to='1e12' greatest='s'/>")
                .find("more than 2^20 numbers"),
            std::string::npos);
  EXPECT_NE(refusal("<pattern name='z' rows='1e6' columns='1e6' density='0' seed='1'/>")
                .find("it has 0 to 2^28 places"),
            std::string::npos);
}

TEST(KernelLowering, SaysWhichShapesAKernelTakes) {
  const auto mapping = kernel(
      "<require that='E == 64' else='only 64'/>"
      "<launch name='l' blocks='1' threads='32' registers='16'><role name='r'>"
      "<delay cycles='1'/></role></launch>");
  EXPECT_NE(complaint<InfeasibleError>([&] {
              return lowered(mapping, {{"E", 128}});
            }).find("only 64"),
            std::string::npos);
  EXPECT_EQ(lowered(mapping, {{"E", 64}}).order.size(), 1U);
}

}  // namespace
}  // namespace attnsim::mappings
