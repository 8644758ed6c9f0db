#pragma once

#include <string>

#include "exchange/loss.h"

namespace attnsim::exchange {

/// Fills in what a Jinja template says of itself: `{% set N = N | default(8) %}`, `{% set N = 8 %}`
/// and `{{N}}` behind it. Lines stay where they are; each value that is taken is listed as lost.
/// Other templates are left as they are, for `parse_yaml` to refuse.
[[nodiscard]] std::string fill_defaults(const std::string& text, const std::string& file,
                                        Losses& losses);

}  // namespace attnsim::exchange
