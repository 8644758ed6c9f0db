#pragma once

#include <cstdint>
#include <string>

/// Numbers as people read them, always with their unit, never in the locale's spelling.
namespace attnsim::report {

/// 12,884,901,888; fractions of a cycle are rounded.
[[nodiscard]] std::string grouped(std::int64_t count);
[[nodiscard]] std::string grouped(double count);

/// "3.427 s", "17.1 ms": four significant digits, with the prefix that leaves 1 to 999; "1,892 s".
[[nodiscard]] std::string human_seconds(double seconds);
[[nodiscard]] std::string human_hertz(double hertz);
/// @param picojoules  shown in J, mJ, uJ, nJ or pJ
[[nodiscard]] std::string human_energy(double picojoules);
/// "1303 mm^2", "142.8 um^2".
[[nodiscard]] std::string human_area(double square_microns);
/// "96 GiB", "1.5 KiB": binary prefixes.
[[nodiscard]] std::string human_bytes(std::int64_t bytes);

/// 0.9731 as "97.31%".
[[nodiscard]] std::string percent(double ratio);
/// `part` of `whole` as a percentage; "-" where the whole is 0.
[[nodiscard]] std::string share(double part, double whole);
/// 6.7412 as "6.741x".
[[nodiscard]] std::string factor(double ratio);

}  // namespace attnsim::report
