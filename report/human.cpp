#include "report/human.h"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace attnsim::report {
namespace {

struct Prefix {
  double scale;
  const char* text;
};

/// Largest first; the last one also takes whatever is smaller.
constexpr std::array<Prefix, 8> decimal{{{1e12, "T"},
                                         {1e9, "G"},
                                         {1e6, "M"},
                                         {1e3, "k"},
                                         {1, ""},
                                         {1e-3, "m"},
                                         {1e-6, "u"},
                                         {1e-9, "n"}}};

std::string with_prefix(double amount, const char* unit, double smallest) {
  if (amount == 0 || !std::isfinite(amount)) return fmt::format("{} {}", amount, unit);
  for (const auto& [scale, text] : decimal) {
    // 0.99995 is where four significant digits round up to the next prefix.
    if (std::fabs(amount) < scale * 0.99995 && scale > smallest * 1.5) continue;
    return fmt::format("{:.4g} {}{}", amount / scale, text, unit);
  }
  return fmt::format("{:.4g} {}", amount, unit);
}

}  // namespace

std::string grouped(std::int64_t count) {
  auto digits = fmt::format("{}", count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (auto at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string grouped(double count) {
  return grouped(static_cast<std::int64_t>(std::llround(count)));
}

std::string human_seconds(double seconds) {
  if (seconds >= 999.95) return grouped(seconds) + " s";
  return with_prefix(seconds, "s", 1e-9);
}

std::string human_hertz(double hertz) { return with_prefix(hertz, "Hz", 1); }

std::string human_energy(double picojoules) {
  constexpr double joules_per_picojoule = 1e-12;
  if (std::fabs(picojoules) < 999.5) return fmt::format("{:.4g} pJ", picojoules);
  return with_prefix(picojoules * joules_per_picojoule, "J", 1e-9);
}

std::string human_area(double square_microns) {
  constexpr double microns_per_millimetre = 1e6;  // both square
  if (std::fabs(square_microns) < 999.5) return fmt::format("{:.4g} um^2", square_microns);
  return fmt::format("{:.4g} mm^2", square_microns / microns_per_millimetre);
}

std::string human_bytes(std::int64_t bytes) {
  constexpr double kibi = 1024;
  auto amount = static_cast<double>(bytes);
  if (std::fabs(amount) < kibi) return fmt::format("{} B", bytes);
  const char* unit = "";
  for (const auto* next : {"KiB", "MiB", "GiB", "TiB", "PiB"}) {
    if (std::fabs(amount) < kibi) break;
    amount /= kibi;
    unit = next;
  }
  return fmt::format("{:.4g} {}", amount, unit);
}

std::string percent(double ratio) { return fmt::format("{:.2f}%", ratio * 100); }

std::string share(double part, double whole) { return whole == 0 ? "-" : percent(part / whole); }

std::string factor(double ratio) { return fmt::format("{:.4g}x", ratio); }

}  // namespace attnsim::report
