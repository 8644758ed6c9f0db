#include "cli/progress_bar.h"

#include <cmath>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace attnsim::cli {

ProgressBar::ProgressBar() : terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() {
  if (terminal_) std::cerr << "\r\033[K" << std::flush;
}

void ProgressBar::show(std::int64_t before, std::int64_t done, std::int64_t all,
                       std::int64_t failed) {
  constexpr auto pause = std::chrono::milliseconds(100);
  const auto now = Clock::now();
  if (!terminal_ || now - shown_ < pause) return;
  shown_ = now;
  const auto seconds = std::chrono::duration<double>(now - start_).count();
  std::cerr << '\r' << progress_text(before, done, all, failed, seconds) << "\033[K" << std::flush;
}

std::string progress_text(std::int64_t before, std::int64_t done, std::int64_t all,
                          std::int64_t failed, double seconds) {
  constexpr std::int64_t width = 30;
  const auto there = before + done;
  const auto filled = all == 0 ? width : width * there / all;
  auto text = fmt::format("[{:#<{}}{:-<{}}] {} of {}", "", filled, "", width - filled, there, all);
  if (done > 0 && seconds > 0) {
    const auto rate = static_cast<double>(done) / seconds;
    text += rate < 10 ? fmt::format(", {:.1f}/s", rate) : fmt::format(", {:.0f}/s", rate);
    text += ", " + duration_text(static_cast<double>(all - there) / rate) + " to go";
  }
  if (failed > 0) text += fmt::format(", {} failed", failed);
  return text;
}

std::string duration_text(double seconds) {
  const auto whole = std::llround(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace attnsim::cli
