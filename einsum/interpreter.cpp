#include "einsum/interpreter.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "einsum/compiled_einsum.h"
#include "einsum/dependency_graph.h"
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

/// Room for every computed tensor; generative ones start from their initial value, which the
/// first step reads at coordinate 0 and which nothing overwrites.
void allocate_computed(const Cascade& cascade, const Shapes& shapes, Values& tensors) {
  for (const auto& einsum : cascade.einsums) {
    const Tensor& tensor = *cascade.find_tensor(einsum.name());
    const auto shape = shape_of(cascade, tensor, shapes);
    const auto init =
        std::find_if(cascade.inits.begin(), cascade.inits.end(),
                     [&](const Init& candidate) { return candidate.target.tensor == tensor.name; });
    const double start = init == cascade.inits.end() ? 0 : init->value;
    tensors[tensor.name] = {shape, std::vector<double>(element_count(tensor, shape), start)};
  }
}

/// The rank that these Einsums iterate along together; "" if they are no recurrence.
std::string generative_rank_of(const Cascade& cascade, const std::vector<std::size_t>& members) {
  for (const auto member : members) {
    const auto& rank = cascade.find_tensor(cascade.einsums[member].name())->generative_rank;
    if (!rank.empty()) return rank;
  }
  return "";
}

void run_members(const Cascade& cascade, const std::vector<std::size_t>& members,
                 const Shapes& shapes, Values& tensors) {
  std::vector<EinsumRun> runs;
  runs.reserve(members.size());
  for (const auto member : members) {
    runs.emplace_back(compile(cascade, cascade.einsums[member], shapes, tensors));
  }
  const auto rank = generative_rank_of(cascade, members);
  if (rank.empty()) {
    for (auto& run : runs) run.run_all();
    return;
  }
  const auto variable = cascade.find_rank(rank)->variable();
  for (std::int64_t coordinate = 0; coordinate < shapes.at(rank); ++coordinate) {
    for (auto& run : runs) run.run_at(variable, coordinate);
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

Values evaluate(const Cascade& cascade, const Shapes& shapes, const Values& inputs) {
  const Shapes resolved = resolve_shapes(cascade, shapes);
  check_inputs(cascade, resolved, inputs);
  Values tensors = inputs;
  allocate_computed(cascade, resolved, tensors);
  // What needs each other runs together, coordinate by coordinate of its generative rank.
  for (const auto& members : strong_components(cascade)) {
    run_members(cascade, members, resolved, tensors);
  }
  for (const auto& input : cascade.inputs) tensors.erase(input.tensor);
  return tensors;
}

}  // namespace attnsim::einsum
