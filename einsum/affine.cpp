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

std::int64_t multiply_coordinates(std::int64_t a, std::int64_t b, const Place& place) {
  return multiply(a, b, place);
}

Range range_of(const Affine& affine, const std::vector<Range>& ranges, const Place& place) {
  Range sum{affine.constant, affine.constant};
  std::int64_t total = magnitude(affine.constant, place);
  for (const auto& [slot, coefficient] : affine.terms) {
    const auto first = multiply(coefficient, ranges[slot].first, place);
    const auto last = multiply(coefficient, ranges[slot].second, place);
    total = add(total, std::max(magnitude(first, place), magnitude(last, place)), place);
    sum.first += std::min(first, last);
    sum.second += std::max(first, last);
  }
  return sum;
}

}  // namespace attnsim::einsum
