// What the published linear layers take: their latency needs results that wait while the next are
// made.
#include <gtest/gtest.h>

#include "explore/executor.h"
#include "explore/inputs.h"

namespace attnsim::validation {
namespace {

std::int64_t cycles(const std::string& architecture, const std::string& model,
                    const std::vector<std::string>& sets = {}) {
  const explore::Point point{architecture, "linear_layers", "", model, "4K", "", sets};
  const auto lowered = explore::lower(explore::load_inputs(point));
  return explore::execute(lowered.schedule, {true, explore::Executor::recurrence}).cycles;
}

// Only the time says so: the traffic is the same.
TEST(PublishedLinearLayers, AreMissedWhereResultsAndOperandsTakeTurns) {
  for (const auto* architecture : {"flat", "fusemax"}) {
    for (const auto* model : {"bert", "trxl", "t5", "xlm"}) {
      SCOPED_TRACE(std::string(architecture) + " " + model);
      const auto whole = static_cast<double>(cycles(architecture, model));
      const auto alone = cycles(architecture, model, {"//keep[@at='pe_registers']/@buffers=1"});
      EXPECT_GT(static_cast<double>(alone) / whole, 1.04);
    }
  }
}

}  // namespace
}  // namespace attnsim::validation
