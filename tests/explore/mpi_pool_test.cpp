#include "explore/mpi_pool.h"

#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "explore/database_fixture.h"
#include "explore/faulty_sweep.h"

namespace attnsim::explore {
namespace {

class MpiPool : public DatabaseTest {};

/// Also as root, on fewer cores than ranks and without a network, as in a container.
int run_ranks(int ranks, const std::string& arguments) {
  const auto command = fmt::format(
      "env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
      "OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1 "
      "OMPI_MCA_btl=self,vader,tcp OMPI_MCA_plm_rsh_agent=/bin/false "
      "'{}' -n {} '{}' {} </dev/null",
      ATTNSIM_MPIRUN, ranks, ATTNSIM_MPI_SWEEP, arguments);
  return std::system(command.c_str());  // NOLINT(cert-env33-c): a shell is wanted
}

TEST_F(MpiPool, GivesTheRowsOfOneProcessFaultsIncluded) {
  const auto expected = folder_ / "expected.sqlite";
  sweep_faulty(expected, run_in_workers, 1);
  for (const int ranks : {1, 4}) {
    const auto path = folder_ / fmt::format("{}.sqlite", ranks);
    ASSERT_EQ(run_ranks(ranks, path), 0) << ranks << " ranks";
    expect_equal_rows(path, expected);
    const auto run = Database::read(path).runs.at(0);
    EXPECT_EQ(run.computed, faulty_points);
    EXPECT_FALSE(run.finished.empty());
  }
}

TEST_F(MpiPool, EndsTheRanksWhenTheDatabaseCannotBeWritten) {
  EXPECT_NE(run_ranks(3, "/proc/r.sqlite 2>/dev/null"), 0);
}

TEST(Mpi, IsNotThereWithoutALauncher) {
  EXPECT_FALSE(under_mpi());
  EXPECT_EQ(mpi_rank(), 0);
}

}  // namespace
}  // namespace attnsim::explore
