#pragma once

namespace attnsim::cli {

/// While it lives, the first SIGINT or SIGTERM asks for an end in good order instead of making one;
/// the second has its usual effect.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  [[nodiscard]] static bool came();
};

}  // namespace attnsim::cli
