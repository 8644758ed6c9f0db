#include "explore/executor.h"

#include "sim/recurrence_executor.h"
#include "sim/systemc_executor.h"

namespace attnsim::explore {

const char* name_of(Executor executor) {
  return executor == Executor::recurrence ? "recurrence" : "systemc";
}

sim::Execution execute(const mappings::Schedule& schedule, const ExecutorOptions& options,
                       sim::Recorder* recorder) {
  const sim::ExecuteOptions how{options.steady_state, recorder};
  return options.executor == Executor::recurrence ? sim::execute_recurrence(schedule, how)
                                                  : sim::execute_systemc(schedule, how);
}

}  // namespace attnsim::explore
