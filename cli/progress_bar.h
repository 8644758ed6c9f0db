#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace attnsim::cli {

/// One line on a terminal that says how far a long work is, at what rate, and for how long still;
/// nothing where standard error is no terminal.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// @param before  of `all`, done when this run began: they count for the bar, not for the rate
  void show(std::int64_t before, std::int64_t done, std::int64_t all, std::int64_t failed);

 private:
  using Clock = std::chrono::steady_clock;

  bool terminal_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_;
};

/// "[#####-----] 500 of 1000, 250/s, 2 s to go, 3 failed".
/// @param done     by this run, in `seconds`, beside `before`
[[nodiscard]] std::string progress_text(std::int64_t before, std::int64_t done, std::int64_t all,
                                        std::int64_t failed, double seconds);

/// "7 s", "3 min 20 s", "2 h 5 min".
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace attnsim::cli
