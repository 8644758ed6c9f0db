#include "report/sweep_timeline.h"

#include "base/error.h"

namespace attnsim::report {

Gantt timeline_of(const explore::Inputs& inputs, const std::string& title) {
  throw InputError(inputs.mapping_file.path, "timelines are not recorded yet: " + title);
}

}  // namespace attnsim::report
