#pragma once

#include <string_view>

#include "base/text_error.h"

namespace attnsim {

/// A bare value from text, the whole of it and nothing else: no sign on a count, no unit, no
/// white space. Defined for std::string, bool, unsigned, std::uint64_t, std::int64_t and double
/// here, and for the quantities with a unit in base/quantity_text.h.
/// @throws TextError saying what is wrong: `is negative`, `is not a whole number`
template <class T>
[[nodiscard]] T value_of_text(std::string_view text);

}  // namespace attnsim
