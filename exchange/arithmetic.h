#pragma once

#include <optional>
#include <string_view>

namespace attnsim::exchange {

/// The value of arithmetic on numbers, as these files write sizes: "1024*1024*8", "1 / (8 *
/// 614e9)",
/// "-2**10", "inf", "1e-9". nullopt for anything else (names, calls), more than 64 parentheses
/// deep, and for what is not a number (0 / 0).
[[nodiscard]] std::optional<double> evaluate_arithmetic(std::string_view text);

/// 1 / number to 12 digits: a cycle of 1e-9 s is a clock of 1e9 Hz, not of 999999999.9999999.
[[nodiscard]] double inverse(double number);

}  // namespace attnsim::exchange
