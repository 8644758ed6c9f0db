#pragma once

#include <vector>

#include "report/html_page.h"

namespace attnsim::report {

/// Marks the lines of each listing that have no counterpart in the first one, in order (a longest
/// common subsequence), and the lines of the first one that lack one in any other.
void mark_differences(std::vector<HtmlListing>& listings);

}  // namespace attnsim::report
