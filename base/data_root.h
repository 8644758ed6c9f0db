#pragma once

#include <string>

namespace attnsim {

/// The folder under which shipped files lie: $ATTNSIM_DATA if set, else the source tree that this
/// was built from, else share/attnsim beside the program's folder.
[[nodiscard]] std::string data_root();

}  // namespace attnsim
