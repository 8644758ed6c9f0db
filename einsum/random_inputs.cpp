#include "einsum/random_inputs.h"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/random_draw.h"
#include "einsum/element_type.h"
#include "einsum/expression_ops.h"

namespace attnsim::einsum {
namespace {

bool is_part(const Cascade& cascade, const std::string& rank) {
  return std::any_of(cascade.ranks.begin(), cascade.ranks.end(), [&](const Rank& whole) {
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
void split(const Rank& rank, Shapes& shapes) {
  const auto whole = shapes.find(rank.name);
  const bool any_given =
      std::any_of(rank.parts.begin(), rank.parts.end(),
                  [&](const std::string& part) { return shapes.contains(part); });
  if (!any_given && whole != shapes.end() && rank.parts.size() > 1) {
    shapes[rank.parts.back()] = middle_divisor(whole->second);
  }
  for (std::size_t i = 1; i + 1 < rank.parts.size(); ++i) shapes.try_emplace(rank.parts[i], 1);
  if (whole == shapes.end() || shapes.contains(rank.parts.front())) return;
  std::int64_t rest = whole->second;  // the first part may have parts of its own
  for (const auto& part : rank.parts) {
    const auto known = shapes.find(part);
    if (known == shapes.end()) continue;
    if (rest % known->second != 0) return;  // reported where the shapes are resolved
    rest /= known->second;
  }
  shapes[rank.parts.front()] = rest;
}

/// Whether the parts give the whole, so that it needs no shape of its own.
bool parts_given(const Rank& rank, const Shapes& shapes) {
  return !rank.parts.empty() &&
         std::all_of(rank.parts.begin(), rank.parts.end(),
                     [&](const std::string& part) { return shapes.contains(part); });
}

/// How many coordinates the input may hold if an index gathers through it (`K[e,I[p,k]]`).
std::optional<std::int64_t> coordinates_in(const Cascade& cascade, const Shapes& shapes,
                                           const std::string& input) {
  std::optional<std::int64_t> count;
  const auto note = [&](const Term& term, std::int64_t extent) {
    const auto* gather = term.part.empty() ? nullptr : std::get_if<Access>(&term.part.front().node);
    if (gather == nullptr || gather->tensor != input) return;
    const auto scale = term.factor * (term.rank.empty() ? 1 : shapes.at(term.rank));
    if (scale >= 1) count = std::min(count.value_or(extent), (extent - 1) / scale + 1);
  };
  for (const auto& einsum : cascade.einsums) {
    for (const auto& access : reads(einsum)) {
      const auto shape = shape_of(cascade, *cascade.find_tensor(access.tensor), shapes);
      for (std::size_t i = 0; i < access.indices.size(); ++i) {
        for (const auto& term : access.indices[i].terms) note(term, shape[i]);
      }
    }
  }
  return count;
}

/// The range of an input that holds whole numbers; nullopt: it holds fractions.
std::optional<std::pair<double, double>> whole_range(const Cascade& cascade, const Shapes& shapes,
                                                     const Tensor& input) {
  if (const auto count = coordinates_in(cascade, shapes, input.name)) {
    return std::pair{0.0, static_cast<double>(*count - 1)};
  }
  if (!input.type || format_of(*input.type).significand > 0) return std::nullopt;
  const auto& format = format_of(*input.type);
  return std::pair{std::max(format.least, -128.0), std::min(format.largest, 127.0)};
}

std::int64_t elements_of(const Access& input, const std::vector<std::int64_t>& shape) {
  std::int64_t elements = 1;
  for (const auto extent : shape) {
    if (extent > most_elements / std::max<std::int64_t>(elements, 1)) {
      throw InputError(input.place, "input " + input.tensor + " would have more than " +
                                        std::to_string(most_elements) +
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
  return resolve_shapes(cascade, given);
}

void require_few_elements(const Cascade& cascade, const Shapes& shapes) {
  for (const auto& input : cascade.inputs) {
    static_cast<void>(
        elements_of(input, shape_of(cascade, *cascade.find_tensor(input.tensor), shapes)));
  }
}

Values random_inputs(const Cascade& cascade, const Shapes& shapes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Values values;
  for (const auto& input : cascade.inputs) {
    const auto* tensor = cascade.find_tensor(input.tensor);
    auto shape = shape_of(cascade, *tensor, shapes);
    const auto elements = elements_of(input, shape);
    std::vector<double> data(static_cast<std::size_t>(elements));
    const auto whole = whole_range(cascade, shapes, *tensor);
    for (auto& value : data) {
      value = whole ? draw_whole(random, whole->first, whole->second) : draw_uniform(random);
    }
    values[input.tensor] = {std::move(shape), std::move(data)};
  }
  return values;
}

}  // namespace attnsim::einsum
