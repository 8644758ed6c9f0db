#include "explore/evaluate.h"

#include <exception>
#include <new>
#include <utility>

#include "base/error.h"
#include "explore/simulate.h"
#include "mappings/held.h"

namespace attnsim::explore {
namespace {

void describe(const Inputs& inputs, Record& record) {
  record.arch = inputs.architecture.name;
  record.mapping = inputs.mapping.name;
  record.cascade = inputs.cascade.name;
  if (inputs.model) record.model = inputs.model->name;
  record.shapes = inputs.shapes;
}

void evaluate_into(const Point& point, const ExecutorOptions& options, InputCache& cache,
                   Record& record) {
  describe(*load_unshaped(point, cache), record);  // also of a point without shapes
  const auto inputs = load_inputs(point, cache);
  record.shapes = inputs.shapes;
  if (inputs.mapping.kernel) {
    record.result = simulate(inputs, options);
    return;
  }
  record.algorithm = algorithm_bound(inputs);
  const auto lowered = lower(inputs);
  record.buffer_bytes = mappings::held_bytes(lowered.footprint);
  record.result = sim::summarize(inputs.architecture, lowered, execute(lowered.schedule, options));
}

}  // namespace

Record evaluate(const Task& task, const ExecutorOptions& options, InputCache& cache) {
  Record record;
  record.key = task.key;
  const auto failed = [&record](Status status, const std::string& error) {
    record.status = status;
    record.error = error;
  };
  try {
    evaluate_into(task.point, options, cache, record);
  } catch (const InputError& error) {
    failed(Status::invalid, error.what());
  } catch (const InfeasibleError& error) {
    failed(Status::infeasible, error.what());
  } catch (const std::bad_alloc&) {
    failed(Status::out_of_memory, "out of memory");
  } catch (const std::exception& error) {
    failed(Status::internal, std::string("internal error: ") + error.what());
  }
  return record;
}

}  // namespace attnsim::explore
