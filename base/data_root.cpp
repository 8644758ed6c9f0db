#include "base/data_root.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace attnsim {

std::string data_root() {
  namespace fs = std::filesystem;
  const char* const chosen =
      std::getenv("ATTNSIM_DATA");  // NOLINT(concurrency-mt-unsafe): no setenv
  if (chosen != nullptr && *chosen != '\0') return chosen;
  std::error_code ignored;
  if (fs::exists(fs::path(ATTNSIM_BUILT_FROM) / "arch", ignored)) return ATTNSIM_BUILT_FROM;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path().parent_path() / "share/attnsim";
}

}  // namespace attnsim
