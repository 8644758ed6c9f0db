#include "einsum/affine.h"

#include <algorithm>

#include "base/error.h"

namespace attnsim::einsum {

namespace {

[[noreturn]] void fail(const Place& place) {
  throw InputError(place, "an index does not fit in 64 bits at these shapes");
}

std::int64_t multiply(std::int64_t a, std::int64_t b, const Place& place) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) fail(place);
  return product;
}

std::int64_t add(std::int64_t a, std::int64_t b, const Place& place) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) fail(place);
  return sum;
}

std::int64_t magnitude(std::int64_t a, const Place& place) {
  return a < 0 ? multiply(a, -1, place) : a;
}

}  // namespace

void add_scaled(Affine& sum, std::int64_t factor, const Affine& addend, const Place& place) {
  sum.constant = add(sum.constant, multiply(factor, addend.constant, place), place);
  for (const auto& [slot, coefficient] : addend.terms) {
    const auto scaled = multiply(factor, coefficient, place);
    const auto same_slot = [wanted = slot](const auto& term) { return term.first == wanted; };
    const auto found = std::find_if(sum.terms.begin(), sum.terms.end(), same_slot);
    if (found == sum.terms.end()) {
      sum.terms.emplace_back(slot, scaled);
    } else {
      found->second = add(found->second, scaled, place);
    }
  }
}

Affine resolve_index(const Index& index, const Bindings& bindings, const Shapes& shapes,
                     const Place& place) {
  Affine affine;
  for (const auto& term : index.terms) {
    const auto shape = term.rank.empty() ? 1 : shapes.at(term.rank);
    const auto factor = multiply(term.factor, shape, place);
    const Affine one{1, {}};
    add_scaled(affine, factor, term.variable.empty() ? one : bindings.at(term.variable), place);
  }
  return affine;
}

std::pair<std::int64_t, std::int64_t> range_of(const Affine& affine,
                                               const std::vector<std::int64_t>& extents,
                                               const Place& place) {
  std::int64_t least = affine.constant;
  std::int64_t largest = affine.constant;
  std::int64_t total = magnitude(affine.constant, place);
  for (const auto& [slot, coefficient] : affine.terms) {
    const auto reach = multiply(coefficient, extents[slot] - 1, place);
    total = add(total, magnitude(reach, place), place);
    (reach < 0 ? least : largest) += reach;
  }
  return {least, largest};
}

}  // namespace attnsim::einsum
