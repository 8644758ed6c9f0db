#include "direct/task.h"

#include <utility>

#include "base/error.h"

namespace attnsim::direct {

double Reader::at(At point) const {
  const auto& shape = tensor_->shape;
  bool inside = point.size() == shape.size();
  std::int64_t offset = 0;
  for (std::size_t i = 0; inside && i < point.size(); ++i) {
    inside = point[i] >= 0 && point[i] < shape[i];
    offset = offset * shape[i] + point[i];
  }
  if (!inside) {
    std::string text;
    for (const auto coordinate : point)
      text += (text.empty() ? "" : ",") + std::to_string(coordinate);
    throw InputError("the definition", "reads " + name_ + "[" + text + "], which is outside of " +
                                           name_ + ": these shapes do not fit the algorithm");
  }
  return tensor_->data[static_cast<std::size_t>(offset)];
}

Task::Task(const einsum::Cascade& cascade, const einsum::Shapes& shapes,
           const einsum::Values& inputs)
    : cascade_(cascade.name), shapes_(shapes), inputs_(&inputs) {
  for (const auto& output : cascade.outputs) {
    auto shape = einsum::shape_of(cascade, *cascade.find_tensor(output.tensor), shapes);
    outputs_[output.tensor] = {std::move(shape), {}};
  }
}

std::int64_t Task::operator[](const std::string& rank) const {
  const auto found = shapes_.find(rank);
  if (found != shapes_.end()) return found->second;
  throw InputError("cascade " + cascade_,
                   "has no rank or parameter '" + rank + "', which its definition needs");
}

Reader Task::in(const std::string& input) const {
  const auto found = inputs_->find(input);
  if (found != inputs_->end()) return {input, found->second};
  throw InputError("cascade " + cascade_,
                   "has no input '" + input + "', which its definition needs");
}

void Task::define(const std::string& output, const std::function<double(At)>& element) {
  const auto found = outputs_.find(output);
  if (found == outputs_.end()) {
    throw InputError("cascade " + cascade_,
                     "has no output '" + output + "', which its definition gives");
  }
  auto& [shape, data] = found->second;
  std::size_t size = 1;
  for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
  data.clear();
  data.reserve(size);
  std::vector<std::int64_t> point(shape.size(), 0);
  while (data.size() < size) {
    data.push_back(element(point));
    for (std::size_t i = point.size(); i-- > 0 && ++point[i] == shape[i];) point[i] = 0;
  }
}

void Task::require(bool condition, const std::string& where) const {
  if (!condition) throw InputError("the definition of " + cascade_, "holds where " + where);
}

}  // namespace attnsim::direct
