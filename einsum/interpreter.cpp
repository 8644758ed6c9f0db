#include "einsum/interpreter.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "einsum/compiled_einsum.h"
#include "einsum/run_order.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

std::string text_of_shape(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : ",") + std::to_string(extent);
  return "[" + text + "]";
}

std::size_t element_count(const Tensor& tensor, const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const auto extent : shape) {
    if (!__builtin_mul_overflow(count, extent, &count) && count <= most_elements) continue;
    throw InputError(tensor.place, tensor.name + " of shape " + text_of_shape(shape) +
                                       " has more than the interpreter's " +
                                       std::to_string(most_elements) + " elements");
  }
  return static_cast<std::size_t>(count);
}

void check_inputs(const Cascade& cascade, const Shapes& shapes, const Values& inputs) {
  std::vector<std::string> known;
  for (const auto& access : cascade.inputs) {
    known.push_back(access.tensor);
    const auto given = inputs.find(access.tensor);
    if (given == inputs.end()) {
      throw InputError(access.place, "no values are given for the input '" + access.tensor + "'");
    }
    const Tensor& tensor = *cascade.find_tensor(access.tensor);
    const auto shape = shape_of(cascade, tensor, shapes);
    if (given->second.shape != shape) {
      throw InputError(access.place, "the values of " + access.tensor + " have shape " +
                                         text_of_shape(given->second.shape) + ", not " +
                                         text_of_shape(shape));
    }
    if (given->second.data.size() != element_count(tensor, shape)) {
      throw InputError(access.place, "the values of " + access.tensor + " are " +
                                         std::to_string(given->second.data.size()) +
                                         " numbers, too few or too many for shape " +
                                         text_of_shape(shape));
    }
  }
  for (const auto& [name, values] : inputs) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw InputError(Place{cascade.file, 0, 0}, unknown_name("input", name, known));
  }
}

const Init* init_of(const Cascade& cascade, const std::string& tensor) {
  const auto found =
      std::find_if(cascade.inits.begin(), cascade.inits.end(),
                   [&](const Init& candidate) { return candidate.target.tensor == tensor; });
  return found == cascade.inits.end() ? nullptr : &*found;
}

/// Room for every computed tensor; generative ones start from their initial value, which the
/// first step reads at coordinate 0 and which nothing overwrites.
void allocate_computed(const Cascade& cascade, const Shapes& shapes, Values& tensors) {
  for (const auto& einsum : cascade.einsums) {
    const Tensor& tensor = *cascade.find_tensor(einsum.name());
    const auto shape = shape_of(cascade, tensor, shapes);
    const auto* init = init_of(cascade, tensor.name);
    const double start = init == nullptr ? 0 : init->value;
    tensors[tensor.name] = {shape, std::vector<double>(element_count(tensor, shape), start)};
  }
}

/// `init X[0,d] = X0[d]`, as the Einsum that it is.
void initialize_from_inputs(const Cascade& cascade, const Shapes& shapes, Values& tensors,
                            Rounding rounding) {
  for (const auto& init : cascade.inits) {
    if (!init.from) continue;
    const Einsum copy{init.target, *init.from, {}, init.target.place};
    EinsumRun(compile(cascade, copy, shapes, tensors, rounding)).run_at({});
  }
}

class Evaluation {
 public:
  Evaluation(const Cascade& cascade, const Shapes& shapes, Values& tensors, Rounding rounding)
      : cascade_(cascade), shapes_(shapes) {
    runs_.reserve(cascade.einsums.size());
    for (const auto& einsum : cascade.einsums) {
      runs_.emplace_back(compile(cascade, einsum, shapes, tensors, rounding));
    }
  }

  /// Recurrences nest at most `deepest_recurrence` deep.
  void run(const std::vector<RunStep>& steps) {
    for (const auto& step : steps) {
      if (step.rank.empty()) {
        runs_[step.einsum].run_at(fixed_);
        continue;
      }
      const auto variable = cascade_.find_rank(step.rank)->variable();
      for (std::int64_t coordinate = 0; coordinate < shapes_.at(step.rank); ++coordinate) {
        fixed_[variable] = coordinate;
        run(step.body);
      }
      fixed_.erase(variable);
    }
  }

 private:
  const Cascade& cascade_;
  const Shapes& shapes_;
  std::vector<EinsumRun> runs_;                ///< by Einsum
  std::map<std::string, std::int64_t> fixed_;  ///< coordinates of the recurrences around
};

void round_inputs(const Cascade& cascade, Values& tensors) {
  for (const auto& input : cascade.inputs) {
    const auto type = cascade.find_tensor(input.tensor)->type;
    if (!type) continue;
    for (auto& value : tensors.at(input.tensor).data) value = round_to(*type, value);
  }
}

}  // namespace

std::vector<std::int64_t> shape_of(const Cascade& cascade, const Tensor& tensor,
                                   const Shapes& shapes) {
  std::vector<std::int64_t> shape;
  for (const auto& rank : tensor.ranks) {
    const auto extent = shapes.at(rank);
    if (extent == std::numeric_limits<std::int64_t>::max()) {
      throw InputError(Place{cascade.file, 0, 0}, "the shape of rank " + rank + " is too large");
    }
    shape.push_back(extent + (rank == tensor.generative_rank ? 1 : 0));
  }
  return shape;
}

Values evaluate(const Cascade& cascade, const Shapes& shapes, const Values& inputs,
                Rounding rounding) {
  const Shapes resolved = resolve_shapes(cascade, shapes);
  check_inputs(cascade, resolved, inputs);
  Values tensors = inputs;
  if (rounding == Rounding::typed) round_inputs(cascade, tensors);
  allocate_computed(cascade, resolved, tensors);
  initialize_from_inputs(cascade, resolved, tensors, rounding);
  Evaluation(cascade, resolved, tensors, rounding).run(run_order(cascade));
  for (const auto& input : cascade.inputs) tensors.erase(input.tensor);
  return tensors;
}

}  // namespace attnsim::einsum
