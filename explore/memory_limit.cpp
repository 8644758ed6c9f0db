#include <algorithm>
#include <fstream>
#include <unistd.h>

#include "base/sanitizers.h"
#include "explore/worker_pool.h"

namespace attnsim::explore {
namespace {

/// "max", or no control group: as much as the machine has.
std::int64_t control_group_memory(std::int64_t otherwise) {
  std::ifstream file("/sys/fs/cgroup/memory.max");
  std::int64_t bytes = 0;
  return file >> bytes ? std::min(bytes, otherwise) : otherwise;
}

}  // namespace

bool memory_can_be_limited() {
#ifdef ATTNSIM_ADDRESS_SANITIZER
  return false;
#else
  return true;
#endif
}

std::int64_t memory_share(unsigned workers) {
  const std::int64_t machine = ::sysconf(_SC_PHYS_PAGES) * ::sysconf(_SC_PAGESIZE);
  return control_group_memory(machine) / 4 * 3 / std::max(1U, workers);
}

}  // namespace attnsim::explore
