#include "explore/simulate.h"

#include "mappings/launch.h"
#include "sim/gpu.h"

namespace attnsim::explore {

sim::SimResult simulate(const Inputs& inputs, const ExecutorOptions& options) {
  if (inputs.mapping.kernel) {
    return sim::simulate_kernel(
        inputs.architecture,
        mappings::lower_kernel(*inputs.mapping.kernel, inputs.architecture, inputs.shapes));
  }
  const auto lowered = lower(inputs);
  return sim::summarize(inputs.architecture, lowered, execute(lowered.schedule, options));
}

}  // namespace attnsim::explore
