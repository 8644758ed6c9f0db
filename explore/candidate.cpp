#include "explore/candidate.h"

#include "base/error.h"
#include "explore/executor.h"
#include "mappings/bounds.h"
#include "mappings/counts.h"
#include "mappings/held.h"
#include "mappings/lower.h"
#include "sim/result.h"

namespace attnsim::explore {
namespace {

double energy_of(const mappings::Roles& roles, const mappings::Lowered& lowered) {
  sim::Execution ran;
  ran.counts = mappings::count_executions(lowered.schedule);
  return sim::summarize(*roles.architecture, lowered, ran).energy_pj;
}

}  // namespace

Evaluation evaluate(const mappings::Roles& roles, const mappings::Mapping& mapping,
                    const std::function<bool(const Costs&)>& covered) {
  Evaluation evaluation;
  try {
    const auto lowered =
        mappings::lower(*roles.cascade, *roles.architecture, mapping, roles.shapes);
    evaluation.least = {static_cast<double>(mappings::bound_of(lowered.schedule).cycles),
                        energy_of(roles, lowered),
                        static_cast<double>(mappings::held_bytes(lowered.footprint))};
    if (covered(evaluation.least)) {
      evaluation.end = Evaluation::End::covered;
      return evaluation;
    }
    const auto ran = execute(lowered.schedule, {/*steady_state=*/true, Executor::recurrence});
    evaluation.cycles = ran.cycles;
    evaluation.operations = ran.simulated_ops;
    evaluation.end = Evaluation::End::simulated;
  } catch (const InputError&) {       // not legal: e.g. a tile that divides no other
  } catch (const InfeasibleError&) {  // too large, or it waits for itself
  }
  return evaluation;
}

}  // namespace attnsim::explore
