#pragma once

#include <string>
#include <vector>

#include "report/html_page.h"
#include "report/run_record.h"

namespace attnsim::report {

/// A run as its page shows it.
struct ComparedRun {
  RunRecord record;
  std::vector<std::string> loops;  ///< `explore::draw`
};

/// Runs of one length, side by side.
using ComparedBlock = std::vector<ComparedRun>;

/// Why the fastest wins, the figures with what differs, where time, energy and bytes go, and loop
/// tree beside loop tree; for each block.
/// @param blocks   at least one, of at least one run each
/// @param command  that makes the page again
[[nodiscard]] HtmlPage compare_document(const std::vector<ComparedBlock>& blocks,
                                        const std::string& command);

}  // namespace attnsim::report
