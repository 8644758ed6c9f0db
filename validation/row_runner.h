#pragma once

#include <vector>

#include "explore/executor.h"
#include "validation/published_tables.h"
#include "validation/recount.h"
#include "validation/study.h"
#include "validation/study_description.h"

namespace attnsim::validation {

/// A compared row, and its energy as more and more of the makers' rules are given up.
struct RowOutcome {
  ComparedRow row;
  /// energies[k]: without the first k rules of `rule_names`; the first is the recounted one, the
  /// last our own. Empty where there is no result.
  std::vector<double> energies_pj;
};

/// Loads, lowers, executes and recounts one row. Any number of threads may call it with the
/// recurrence executor.
/// @param rules       of the row's configuration, for all lengths
/// @param rule_names  of the whole study, in the order of giving them up
/// @throws InputError for anything wrong with the files
[[nodiscard]] RowOutcome run_row(const PublishedRow& published, const RunRule& rule,
                                 const RecountRules& rules,
                                 const std::vector<std::string>& rule_names,
                                 const explore::ExecutorOptions& executor);

}  // namespace attnsim::validation
