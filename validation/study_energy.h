#pragma once

#include <optional>
#include <vector>

#include "report/html_page.h"
#include "validation/study.h"

namespace attnsim::validation {

/// What becomes of a published energy ratio when the rules by which its makers count are given up
/// one after another: in words, as a waterfall and as a table. Absent without corrections.
[[nodiscard]] std::optional<report::HtmlSection> energy_section(const StudyResult& study);

}  // namespace attnsim::validation
