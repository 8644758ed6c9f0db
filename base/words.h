#pragma once

#include <string>
#include <vector>

namespace attnsim {

/// The words of a text, which blanks separate: "Q K  V" is Q, K and V.
[[nodiscard]] std::vector<std::string> words_of(const std::string& text);

}  // namespace attnsim
