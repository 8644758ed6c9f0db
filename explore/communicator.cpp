#include "explore/communicator.h"

#include <array>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "explore/mpi_pool.h"

namespace attnsim::explore {
namespace {

namespace fs = std::filesystem;

constexpr const char* library = "libattnsim_mpi.so";

/// What launchers tell a process of its rank: Open MPI's and PMIx, and MPICH's and its kin.
constexpr std::array<const char*, 3> rank_variables{"OMPI_COMM_WORLD_RANK", "PMIX_RANK",
                                                    "PMI_RANK"};

const char* rank_text() {
  for (const auto* name : rank_variables) {
    const char* const text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no setenv
    if (text != nullptr) return text;
  }
  return nullptr;
}

/// In the build tree, or where the program is installed.
fs::path library_path() {
  std::error_code ignored;
  const auto folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const auto& path : {folder / library, folder.parent_path() / "lib" / "attnsim" / library,
                           fs::path(ATTNSIM_BUILT_IN) / library}) {
    if (fs::exists(path, ignored)) return path;
  }
  throw InputError("mpirun",
                   "this attnsim was built without MPI: use -j, or install libopenmpi-dev "
                   "and build again");
}

}  // namespace

bool under_mpi() { return rank_text() != nullptr; }

int mpi_rank() { return under_mpi() ? std::atoi(rank_text()) : 0; }

std::unique_ptr<Communicator> join_mpi() {
  const auto path = library_path();
  // Global, because Open MPI loads parts of its own that look for its symbols.
  void* const loaded = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (loaded == nullptr) throw InputError(path, std::string("cannot be loaded: ") + ::dlerror());
  using Join = Communicator* (*)();
  const auto join =
      reinterpret_cast<Join>(::dlsym(loaded, "attnsim_join_mpi"));  // NOLINT: as dlsym is
  if (join == nullptr) throw InputError(path, "is not attnsim's");
  std::unique_ptr<Communicator> ranks(join());
  if (ranks->rank() == mpi_rank()) return ranks;
  throw InputError("mpirun", "is of another MPI than the one that this attnsim was built for");
}

}  // namespace attnsim::explore
