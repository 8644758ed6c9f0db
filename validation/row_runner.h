#pragma once

#include <vector>

#include "explore/executor.h"
#include "validation/published_tables.h"
#include "validation/recount.h"
#include "validation/study.h"
#include "validation/study_description.h"

namespace attnsim::validation {

/// Loads, lowers, executes and recounts one row. Any number of threads may call it with the
/// recurrence executor.
/// @param rules        of the row's configuration, for all lengths
/// @param study_rules  of the whole study, in the order of giving them up
/// @throws InputError for anything wrong with the files
[[nodiscard]] ComparedRow run_row(const PublishedRow& published, const RunRule& rule,
                                  const RecountRules& rules,
                                  const std::vector<CountingRule>& study_rules,
                                  const explore::ExecutorOptions& executor);

}  // namespace attnsim::validation
