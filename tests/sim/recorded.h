#pragma once

#include "sim/execution.h"
#include "sim/recorder.h"

namespace attnsim::sim {

using Execute = Execution (*)(const mappings::Schedule&, const ExecuteOptions&);

struct Recorded {
  Execution run;
  Timeline timeline;
};

inline Recorded record(Execute execute, const mappings::Schedule& schedule, bool steady_state,
                       const RecordOptions& what = {}) {
  Recorder recorder(what);
  Recorded result;
  result.run = execute(schedule, {steady_state, &recorder});
  result.timeline = recorder.timeline(result.run.cycles);
  return result;
}

}  // namespace attnsim::sim
