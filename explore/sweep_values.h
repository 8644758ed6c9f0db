#pragma once

#include <string>
#include <vector>

#include "base/xml.h"
#include "explore/sweep.h"

namespace attnsim::explore {

/// Of a parameter, or of all together: more is a mistake.
inline constexpr std::size_t most_points = 1'000'000;

/// The parts of a list: between commas where it has one, else between blanks.
[[nodiscard]] std::vector<std::string> list_of(const std::string& text);

/// `<vary name= values=>`, or `from= to=` with `step=` or `factor=`, and `unit=`: its values.
/// Leaves the elements inside and `name` to the caller, who rejects what is unread.
/// @throws InputError for a range that is empty or never ends
void read_values(const XmlElement& element, SweepParameter& parameter);

}  // namespace attnsim::explore
