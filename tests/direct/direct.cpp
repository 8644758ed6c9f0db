#include "direct/direct.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/random_draw.h"
#include "direct/families.h"

namespace attnsim::direct {
namespace {

using einsum::Cascade;
using einsum::Shapes;
using einsum::Values;

double max_abs_error(const std::vector<double>& found, const std::vector<double>& expected) {
  double error = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::fabs(found[i] - expected[i]);
    if (std::isnan(difference)) return difference;
    error = std::max(error, difference);
  }
  return error;
}

}  // namespace

Definitions all_direct() {
  Definitions all;
  for (auto family :
       {attention, variants, masks,     positions,   neighborhoods, speculation, blocks,   prefill,
        retrieval, searches, selection, heads,       linear,        features,    memories, layers,
        hybrids,   scores,   additive,  distributed, pruning,       spatten}) {
    for (auto& definition : family()) all.push_back(std::move(definition));
  }
  std::sort(all.begin(), all.end(), [](const Definition& one, const Definition& other) {
    return one.cascade < other.cascade;
  });
  return all;
}

const Definition* find_direct(const Definitions& all, const std::string& cascade) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Definition& definition) {
    return definition.cascade == cascade;
  });
  return found == all.end() ? nullptr : &*found;
}

std::vector<Shapes> table(const std::vector<std::string>& names,
                          const std::vector<std::vector<std::int64_t>>& rows) {
  std::vector<Shapes> all;
  for (const auto& row : rows) {
    Shapes shapes;
    for (std::size_t i = 0; i < names.size(); ++i) shapes[names[i]] = row.at(i);
    all.push_back(std::move(shapes));
  }
  return all;
}

Values draw_inputs(const Definition& definition, const Cascade& cascade, const Shapes& shapes,
                   std::uint64_t seed) {
  Random random(seed);
  Values inputs;
  for (const auto& input : cascade.inputs) {
    auto shape = einsum::shape_of(cascade, *cascade.find_tensor(input.tensor), shapes);
    const auto own = definition.draws.find(input.tensor);
    std::size_t size = 1;
    for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
    std::vector<double> data(size);
    std::vector<std::int64_t> point(shape.size(), 0);
    for (auto& value : data) {
      value =
          own == definition.draws.end() ? draw_uniform(random) : own->second(random, shapes, point);
      for (std::size_t i = point.size(); i-- > 0 && ++point[i] == shape[i];) point[i] = 0;
    }
    inputs[input.tensor] = {std::move(shape), std::move(data)};
  }
  return inputs;
}

std::vector<Comparison> compare(const Definition& definition, const Cascade& cascade,
                                const Shapes& shapes, const Values& inputs, const Values& values) {
  Task task(cascade, shapes, inputs);
  definition.compute(task);
  std::vector<Comparison> all;
  for (const auto& output : cascade.outputs) {
    const auto& expected = task.outputs().at(output.tensor).data;
    const auto& found = values.at(output.tensor).data;
    if (found.size() != expected.size()) {
      throw InputError(output.place, "the definition of " + definition.cascade +
                                         " says nothing of output " + output.tensor);
    }
    all.push_back({output.tensor, max_abs_error(found, expected)});
  }
  return all;
}

}  // namespace attnsim::direct
