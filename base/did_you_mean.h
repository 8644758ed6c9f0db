#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attnsim {

/// The one of `known` that `name` is most likely a misspelling of (letter case counts for
/// nothing, a third of the letters may differ), or "" where none is near. Ties go to the first.
[[nodiscard]] std::string nearest_name(std::string_view name,
                                       const std::vector<std::string>& known);

/// ", did you mean 'bandwidth'?" or "": the tail of a message about an unknown name.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       const std::vector<std::string>& known);

/// "memory, array, vector": names for a message, in the order given.
[[nodiscard]] std::string join(const std::vector<std::string>& names,
                               std::string_view separator = ", ");

}  // namespace attnsim
