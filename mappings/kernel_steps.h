#pragma once

#include "mappings/launch.h"

namespace attnsim::mappings {

/// Where the steps of a launch are made concrete.
struct StepContext {
  const arch::Architecture& architecture;
  const Launch& launch;
  const std::vector<std::string>& units;
  const Variables& variables;  ///< classes and lets included
};

/// The program of a block. @throws InputError
[[nodiscard]] BlockProgram program_of(const StepContext& context);

/// What a block amounts to. @throws InputError
[[nodiscard]] BlockTotals totals_of(const StepContext& context);

}  // namespace attnsim::mappings
