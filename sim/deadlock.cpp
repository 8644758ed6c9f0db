#include "sim/deadlock.h"

#include <utility>

namespace attnsim::sim {
namespace {

std::string join(const Deadlock& deadlock) {
  std::string text = "deadlock";
  const char* separator = ": ";
  for (const auto& line : deadlock.who_waits_for_what) {
    text += separator + line;
    separator = "; ";
  }
  return text;
}

}  // namespace

DeadlockError::DeadlockError(Deadlock found)
    : InfeasibleError(Place{"schedule", 0, 0}, join(found)), deadlock_(std::move(found)) {}

std::string describe_wait(const Network& network, mappings::UnitId unit, const Walker& walker,
                          const FlatUse& wait, std::int64_t there) {
  const auto& schedule = *network.schedule;
  const auto& program = schedule.units[unit];
  return "unit '" + program.unit + "' at '" + program.ops[walker.op().id].name + "' waits for " +
         std::to_string(wait.count) + " of '" + schedule.tokens[wait.token].name + "', " +
         std::to_string(there) + " there";
}

}  // namespace attnsim::sim
