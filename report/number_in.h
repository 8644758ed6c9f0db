#pragma once

#include <optional>
#include <string>

namespace attnsim::report {

/// The number that a text stands for, to sort by: "4K" and "4 KiB" are 4096, "2 GB/s" is 2e9, in
/// the unit without a prefix; absent where it is no number.
[[nodiscard]] std::optional<double> number_in(const std::string& text);

}  // namespace attnsim::report
