#include "cli/random_inputs.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "base/error.h"

namespace attnsim::cli {
namespace {

using einsum::Cascade;
using einsum::Shapes;

bool is_part(const Cascade& cascade, const std::string& rank) {
  return std::any_of(cascade.ranks.begin(), cascade.ranks.end(), [&](const einsum::Rank& whole) {
    return std::find(whole.parts.begin(), whole.parts.end(), rank) != whole.parts.end();
  });
}

std::int64_t small_shape(const std::string& rank) {
  static const Shapes known{{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"P", 6}};
  const auto shape = known.find(rank);
  return shape == known.end() ? 8 : shape->second;
}

std::int64_t middle_divisor(std::int64_t whole) {
  std::int64_t best = 1;
  for (std::int64_t divisor = 1; divisor <= whole / divisor; ++divisor) {
    if (whole % divisor == 0) best = divisor;
  }
  return best;
}

/// Leaves one part open, which follows from the others.
void split(const einsum::Rank& rank, Shapes& shapes) {
  const bool any_given =
      std::any_of(rank.parts.begin(), rank.parts.end(),
                  [&](const std::string& part) { return shapes.contains(part); });
  const auto whole = shapes.find(rank.name);
  if (!any_given && whole != shapes.end())
    shapes[rank.parts.back()] = middle_divisor(whole->second);
  for (std::size_t i = 1; i + 1 < rank.parts.size(); ++i) shapes.try_emplace(rank.parts[i], 1);
}

/// Whether the parts give the whole, so that it needs no shape of its own.
bool parts_given(const einsum::Rank& rank, const Shapes& shapes) {
  return !rank.parts.empty() &&
         std::all_of(rank.parts.begin(), rank.parts.end(),
                     [&](const std::string& part) { return shapes.contains(part); });
}

/// One value of a uniform distribution over [-1, 1), which the standard leaves to the library.
double uniform(std::mt19937_64& random) {
  constexpr double step = 0x1p-52;
  return static_cast<double>(random() >> 11U) * step - 1;
}

std::int64_t elements_of(const einsum::Access& input, const std::vector<std::int64_t>& shape) {
  std::int64_t elements = 1;
  for (const auto extent : shape) {
    if (extent > einsum::most_elements / std::max<std::int64_t>(elements, 1)) {
      throw InputError(input.place, "input " + input.tensor + " would have more than " +
                                        std::to_string(einsum::most_elements) +
                                        " elements: run it on smaller shapes");
    }
    elements *= extent;
  }
  return elements;
}

}  // namespace

Shapes small_shapes(const Cascade& cascade, Shapes given) {
  for (const auto& rank : cascade.ranks) {
    if (is_part(cascade, rank.name) || parts_given(rank, given)) continue;
    given.try_emplace(rank.name, small_shape(rank.name));
  }
  for (const auto& rank : cascade.ranks) {
    if (!rank.parts.empty()) split(rank, given);
  }
  return einsum::resolve_shapes(cascade, given);
}

einsum::Values random_inputs(const Cascade& cascade, const Shapes& shapes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  einsum::Values values;
  for (const auto& input : cascade.inputs) {
    const auto* tensor = cascade.find_tensor(input.tensor);
    auto shape = einsum::shape_of(cascade, *tensor, shapes);
    const auto elements = elements_of(input, shape);
    std::vector<double> data(static_cast<std::size_t>(elements));
    for (auto& value : data) value = uniform(random);
    values[input.tensor] = {std::move(shape), std::move(data)};
  }
  return values;
}

}  // namespace attnsim::cli
