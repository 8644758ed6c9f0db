#pragma once

#include <string>
#include <vector>

#include "explore/executor.h"
#include "validation/study.h"

namespace attnsim::validation {

struct StudyOptions {
  explore::ExecutorOptions executor{true, explore::Executor::recurrence};
  std::vector<std::string> configurations;  ///< that are run; empty: all
  unsigned workers = 0;  ///< threads; 0: one a core. SystemC has one kernel a process: always 1
};

/// The description of a shipped study, "fusemax", or `name_or_path` itself where it is a file. One
/// that is called `tile_study.xml` is for `run_tile_study`.
/// @throws InputError naming the shipped ones
[[nodiscard]] std::string find_study(const std::string& name_or_path);

/// Runs every row of a study's tables and compares. A row that is infeasible or waits for itself
/// has a `failure` instead of figures.
/// @param path  of the study's XML file; its tables lie beside it
/// Claims about configurations that are not run are left out.
/// @throws InputError for anything wrong with the files, or a configuration that is not there
[[nodiscard]] StudyResult run_study(const std::string& path, const StudyOptions& options = {});

}  // namespace attnsim::validation
