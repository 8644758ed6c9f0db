#include "sim/recurrence_executor.h"

#include "sim/recurrence.h"

namespace attnsim::sim {

Execution execute_recurrence(const mappings::Schedule& schedule, const ExecuteOptions& options) {
  const auto network = connect(schedule);
  return Recurrence(network, options).run();
}

}  // namespace attnsim::sim
