#include "einsum/count_points.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "einsum/count_plane.h"

namespace attnsim::einsum {

namespace {

[[noreturn]] void fail_too_many(const Place& place) {
  throw InputError(place, "there are more points than 63 bits can count");
}

std::int64_t multiply(std::int64_t a, std::int64_t b, const Place& place) {
  if (__builtin_mul_overflow(a, b, &a)) fail_too_many(place);
  return a;
}

/// A region in the form that is counted: a list of inequalities, named by their place.
class Counter {
 public:
  explicit Counter(Region region)
      : inequalities_(inequalities_of(region.formula)),
        formula_(translate(region.formula)),
        extents_(std::move(region.extents)),
        place_(std::move(region.place)) {}

  std::int64_t count() {
    take_out_unused();
    // The two longest coordinates last; a plane needs two, if only of one point.
    while (extents_.size() < 2) add_slot();
    sort_by_extent();
    const auto others = extents_.size() - 2;
    std::int64_t enumerated = 1;
    for (std::size_t slot = 0; slot < others; ++slot) {
      enumerated = multiply(enumerated, extents_[slot], place_);
    }
    if (enumerated > most_enumerated) {
      throw InputError(place_, "the condition ties " + std::to_string(extents_.size()) +
                                   " ranks together: its points are too many to count");
    }
    return multiply(sum_of_planes(others), factor_, place_);
  }

 private:
  [[nodiscard]] PlaneFormula translate(const Formula& formula) const {
    PlaneFormula result;
    switch (formula.kind) {
      case Formula::Kind::inequality:
        result.kind = PlaneFormula::Kind::inequality;
        result.inequality = static_cast<std::size_t>(
            std::find(inequalities_.begin(), inequalities_.end(), formula.inequality) -
            inequalities_.begin());
        break;
      case Formula::Kind::all_of:
        result.kind = PlaneFormula::Kind::all_of;
        break;
      case Formula::Kind::any_of:
        result.kind = PlaneFormula::Kind::any_of;
        break;
    }
    for (const auto& part : formula.parts) result.parts.push_back(translate(part));
    return result;
  }

  void remove(std::size_t slot) {
    const auto offset = static_cast<std::ptrdiff_t>(slot);
    extents_.erase(extents_.begin() + offset);
    for (auto& inequality : inequalities_) {
      inequality.coefficients.erase(inequality.coefficients.begin() + offset);
    }
  }

  void add_slot() {
    extents_.push_back(1);
    for (auto& inequality : inequalities_) inequality.coefficients.push_back(0);
  }

  /// Any value of a coordinate that the formula does not name will do.
  void take_out_unused() {
    for (std::size_t slot = extents_.size(); slot-- > 0;) {
      const bool used =
          std::any_of(inequalities_.begin(), inequalities_.end(),
                      [&](const Inequality& line) { return line.coefficients[slot] != 0; });
      if (used) continue;
      factor_ = multiply(factor_, extents_[slot], place_);
      remove(slot);
    }
  }

  void sort_by_extent() {
    for (std::size_t i = 1; i < extents_.size(); ++i) {
      for (auto j = i; j > 0 && extents_[j - 1] > extents_[j]; --j) {
        std::swap(extents_[j - 1], extents_[j]);
        for (auto& line : inequalities_) std::swap(line.coefficients[j - 1], line.coefficients[j]);
      }
    }
  }

  [[nodiscard]] std::int64_t sum_of_planes(std::size_t others) const {
    std::vector<std::int64_t> values(others, 0);
    Wide sum = 0;
    while (true) {
      sum += count_in_plane(formula_, plane_at(values), extents_[others], extents_[others + 1]);
      std::size_t slot = 0;
      while (slot < others && ++values[slot] == extents_[slot]) values[slot++] = 0;
      if (slot == others) break;
    }
    if (sum > std::numeric_limits<std::int64_t>::max()) fail_too_many(place_);
    return static_cast<std::int64_t>(sum);
  }

  [[nodiscard]] std::vector<PlaneInequality> plane_at(
      const std::vector<std::int64_t>& values) const {
    std::vector<PlaneInequality> lines;
    for (const auto& [coefficients, constant] : inequalities_) {
      PlaneInequality line{coefficients[values.size()], coefficients[values.size() + 1], constant};
      for (std::size_t i = 0; i < values.size(); ++i) line.c += coefficients[i] * values[i];
      lines.push_back(line);
    }
    return lines;
  }

  std::vector<Inequality> inequalities_;
  PlaneFormula formula_;
  std::vector<std::int64_t> extents_;
  Place place_;
  std::int64_t factor_ = 1;
};

/// The region at one value of a coordinate.
Region at_value(const Region& region, std::size_t slot, std::int64_t value) {
  Region fixed = region;
  fixed.extents[slot] = 1;
  // The coordinate is 0 in it: shift what the value adds into the constants.
  const auto shift = [&](auto&& self, Formula& formula) -> void {
    for (auto& part : formula.parts) self(self, part);
    if (formula.kind != Formula::Kind::inequality) return;
    formula.inequality.constant += formula.inequality.coefficients[slot] * value;
    formula.inequality.coefficients[slot] = 0;
  };
  shift(shift, fixed.formula);
  return fixed;
}

/// One by one, for conditions such as 2*m >= p where the least m is no affine index.
std::int64_t count_reached_slowly(const Region& region, const std::vector<std::string>& reduced,
                                  std::size_t slot, std::int64_t& budget) {
  while (slot < region.variables.size() &&
         std::find(reduced.begin(), reduced.end(), region.variables[slot]) != reduced.end()) {
    ++slot;
  }
  if (slot == region.variables.size()) {
    if (--budget < 0) {
      throw InputError(region.place,
                       "the outputs that this condition reaches are too many to "
                       "count: its reduced variables have other factors than 1");
    }
    return count_points(region) > 0 ? 1 : 0;
  }
  std::int64_t count = 0;
  for (std::int64_t value = 0; value < region.extents[slot]; ++value) {
    count += count_reached_slowly(at_value(region, slot, value), reduced, slot + 1, budget);
  }
  return count;
}

/// Takes out what the formula does not name. @return the product of their extents
std::int64_t take_out_free(Region& region, const std::vector<std::string>& reduced) {
  const auto lines = inequalities_of(region.formula);
  std::int64_t factor = 1;
  for (std::size_t slot = 0; slot < region.variables.size(); ++slot) {
    const bool used = std::any_of(lines.begin(), lines.end(), [&](const Inequality& line) {
      return line.coefficients[slot] != 0;
    });
    if (used || std::find(reduced.begin(), reduced.end(), region.variables[slot]) != reduced.end())
      continue;
    factor = multiply(factor, std::exchange(region.extents[slot], 1), region.place);
  }
  return factor;
}

}  // namespace

std::int64_t count_points(Region region) {
  auto all = region.variables;
  merge_digits(region, all);
  return Counter(std::move(region)).count();
}

std::int64_t count_reached(Region region, std::vector<std::string> reduced) {
  merge_digits(region, reduced);
  auto rest = region;
  const bool eliminated =
      std::all_of(reduced.begin(), reduced.end(),
                  [&](const std::string& variable) { return eliminate(rest, variable); });
  if (eliminated) return count_points(std::move(rest));
  const auto factor = take_out_free(region, reduced);
  auto budget = most_enumerated;
  const auto place = region.place;
  return multiply(count_reached_slowly(region, reduced, 0, budget), factor, place);
}

}  // namespace attnsim::einsum
