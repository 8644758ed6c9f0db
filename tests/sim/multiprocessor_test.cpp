#include "sim/multiprocessor.h"

#include <gtest/gtest.h>

#include "base/complaint.h"
#include "mappings/small_gpu.h"

namespace attnsim::sim {
namespace {

using mappings::kernel;
using mappings::one_role;
using mappings::small_gpu;

const std::string block = "blocks='1' threads='32' registers='16'";

/// Cycles until a round of the first launch's program is done; units are tensor and vector.
std::vector<double> rounds_of(const mappings::KernelMapping& mapping, std::size_t residents = 1,
                              std::size_t rounds = 1,
                              const Surroundings& around = {100, 50, 25, 5, 10, 20, 0, 0},
                              const std::string& extra = "") {
  const auto lowered = mappings::lower_kernel(mapping, small_gpu(4, extra), {});
  const auto& launch = lowered.launches.front();
  return run_multiprocessor(launch.programs.front(), lowered.units.size(), residents, rounds,
                            launch.persistent, around);
}

double cycles(const std::string& steps, std::size_t residents = 1) {
  return rounds_of(one_role(block, steps), residents).back();
}

TEST(Multiprocessor, DoesStepsOneAfterAnother) {
  EXPECT_DOUBLE_EQ(cycles("<do op='mul' count='300'/><delay cycles='7'/>"), 37);
  EXPECT_DOUBLE_EQ(cycles("<loop times='3'><do op='mul' count='20'/></loop>"), 6);
}

TEST(Multiprocessor, IsSlowerAloneThanTheUnitCan) {
  // alone 2 a cycle, and 3 cycles to the result; two warps share 4 a cycle
  EXPECT_DOUBLE_EQ(cycles("<do op='add' count='40'/>"), 23);
  EXPECT_DOUBLE_EQ(cycles("<do op='add' count='40'/>", 2), 10 + 20 + 3);
}

TEST(Multiprocessor, RunsStepsBesideTheRole) {
  EXPECT_DOUBLE_EQ(
      cycles("<do op='mul' count='400' async='x'/><delay cycles='30'/><await what='x'/>"), 40);
  EXPECT_DOUBLE_EQ(cycles("<do op='mul' count='400' async='x'/><do op='mul' count='400' async='x'/>"
                          "<await what='x' pending='1'/><delay cycles='100'/>"),
                   140);
}

TEST(Multiprocessor, MixesUnitsAtOnce) {
  EXPECT_DOUBLE_EQ(cycles("<mix><do op='mul' count='400'/><do op='add' count='40'/></mix>"), 43);
}

TEST(Multiprocessor, LetsLoadsQueueForTheNarrowestWay) {
  // 1000 bytes: 10 cycles of the port, 20 of L2's share, and 40 of the memory's if they miss
  EXPECT_DOUBLE_EQ(cycles("<load tensor='x' bytes='1000' miss='0'/>"), 20 + 10);
  EXPECT_DOUBLE_EQ(cycles("<load tensor='x' bytes='1000'/>"), 40 + 20);
  EXPECT_DOUBLE_EQ(cycles("<load tensor='x' bytes='1000' async='l'/>"
                          "<load tensor='x' bytes='1000' async='l'/><await what='l'/>"),
                   80 + 20);
}

TEST(Multiprocessor, PassesTokensBetweenRoles) {
  const auto mapping = kernel("<launch name='l' " + block +
                              "><token name='full'/><token name='empty' initial='1'/>"
                              "<role name='p'><loop times='3'><wait token='empty'/>"
                              "<load tensor='x' bytes='100' miss='0' signal='full'/></loop></role>"
                              "<role name='c'><loop times='3'><wait token='full'/>"
                              "<delay cycles='5'/><signal token='empty'/></loop></role></launch>");
  EXPECT_DOUBLE_EQ(rounds_of(mapping).back(), 3 * (2 + 10 + 5));
}

TEST(Multiprocessor, SaysThatRolesWaitForEver) {
  const auto mapping = kernel("<launch name='l' " + block +
                              "><token name='t'/><role name='a'><wait token='t'/></role></launch>");
  EXPECT_NE(complaint<InfeasibleError>([&] {
              return rounds_of(mapping).back();
            }).find("wait for each other for ever"),
            std::string::npos);
}

TEST(Multiprocessor, SlowsAUnitWhileAnotherIsBusy) {
  const auto mapping = kernel("<launch name='l' " + block +
                              "><role name='a'><do op='mul' count='100'/></role>"
                              "<role name='b'><do op='add' count='40'/></role></launch>");
  EXPECT_DOUBLE_EQ(rounds_of(mapping, 1, 1, {100, 50, 25, 5, 10, 20, 0, 0},
                             "<slowdown unit='vector' by='tensor' factor='2'/>")
                       .back(),
                   43);
}

TEST(Multiprocessor, StartsTheNextBlockWhenTheStoresHaveArrived) {
  const auto ends = rounds_of(one_role(block, "<store tensor='x' bytes='100'/>"), 1, 3);
  EXPECT_DOUBLE_EQ(ends[0], 4 + 10);
  EXPECT_DOUBLE_EQ(ends[2], 3 * (4 + 10));
}

TEST(Multiprocessor, WaitsUntilAStoresBufferIsFreeWhereAsked) {
  // 4 cycles each at the memory's share; the block ends a latency after the last
  const std::string store = "<store tensor='x' bytes='100' async='s'/>";
  EXPECT_DOUBLE_EQ(cycles(store + store + "<delay cycles='1'/>"), 2 * 4 + 10);
  EXPECT_DOUBLE_EQ(cycles(store + store + "<await what='s'/><delay cycles='30'/>"), 8 + 30);
  EXPECT_DOUBLE_EQ(cycles(store + store + "<await what='s' pending='1'/><delay cycles='30'/>"),
                   4 + 30);
}

TEST(Multiprocessor, GivesTheSameEveryTime) {
  const auto mapping =
      one_role(block,
               "<loop times='50'><load tensor='x' bytes='90' async='l'/><do op='add' count='33'/>"
               "<await what='l' pending='2'/></loop>");
  EXPECT_EQ(rounds_of(mapping, 3, 4), rounds_of(mapping, 3, 4));
}

}  // namespace
}  // namespace attnsim::sim
