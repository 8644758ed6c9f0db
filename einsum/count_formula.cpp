#include "einsum/count_formula.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "einsum/index_ops.h"

namespace attnsim::einsum {

namespace {

Formula single(Inequality inequality) {
  return {Formula::Kind::inequality, std::move(inequality), {}};
}

Formula any_of(std::vector<Formula> parts) { return {Formula::Kind::any_of, {}, std::move(parts)}; }
Formula all_of(std::vector<Formula> parts) { return {Formula::Kind::all_of, {}, std::move(parts)}; }

/// factor * (left - right) + constant <= 0.
Formula bound(const Affine& difference, std::int64_t factor, std::int64_t constant,
              std::size_t slots, const Place& place) {
  Affine scaled{constant, {}};
  add_scaled(scaled, factor, difference, place);
  Inequality inequality{std::vector<std::int64_t>(slots, 0), scaled.constant};
  for (const auto& [slot, coefficient] : scaled.terms) inequality.coefficients[slot] += coefficient;
  return single(std::move(inequality));
}

class Translator {
 public:
  Translator(const Bindings& bindings, const Shapes& shapes)
      : bindings_(bindings), shapes_(shapes) {}

  /// @param negated  of the opposite of the condition
  [[nodiscard]] Formula operator()(const Condition& condition, bool negated = false) const {
    using Kind = Condition::Kind;
    if (condition.kind == Kind::values) return all_of({});  // data decide: at most all of them
    if (condition.kind == Kind::comparison) return compare(condition, negated);
    if (condition.kind == Kind::negation) return (*this)(condition.parts.front(), !negated);
    std::vector<Formula> parts;
    for (const auto& part : condition.parts) parts.push_back((*this)(part, negated));
    const bool all = (condition.kind == Kind::all_of) != negated;
    return all ? all_of(std::move(parts)) : any_of(std::move(parts));
  }

 private:
  [[nodiscard]] Formula compare(const Condition& condition, bool negated) const {
    const auto& place = condition.place;
    const auto& [left, written, right] = condition.comparison;
    if (!is_affine(left) || !is_affine(right)) return all_of({});  // at most all of them
    const auto comparator = negated ? opposite(written) : written;
    Affine difference = resolve(left, place);
    add_scaled(difference, -1, resolve(right, place), place);
    const auto make = [&](std::int64_t factor, std::int64_t constant) {
      return bound(difference, factor, constant, bindings_.size(), place);
    };
    switch (comparator) {
      case Comparator::less:
        return make(1, 1);
      case Comparator::less_equal:
        return make(1, 0);
      case Comparator::greater:
        return make(-1, 1);
      case Comparator::greater_equal:
        return make(-1, 0);
      case Comparator::equal:
        return all_of({make(1, 0), make(-1, 0)});
      case Comparator::not_equal:
        return any_of({make(1, 1), make(-1, 1)});
    }
    return {};
  }

  [[nodiscard]] Affine resolve(const Index& index, const Place& place) const {
    Affine affine;
    for (const auto& term : index.terms) {
      const auto shape = term.rank.empty() ? 1 : shapes_.at(term.rank);
      const Affine one{1, {}};
      add_scaled(affine, multiply_coordinates(term.factor, shape, place),
                 term.variable.empty() ? one : bindings_.at(term.variable), place);
    }
    return affine;
  }

  const Bindings& bindings_;
  const Shapes& shapes_;
};

void collect(const Formula& formula, std::vector<Inequality>& list) {
  if (formula.kind == Formula::Kind::inequality &&
      std::find(list.begin(), list.end(), formula.inequality) == list.end()) {
    list.push_back(formula.inequality);
  }
  for (const auto& part : formula.parts) collect(part, list);
}

void add_product(std::int64_t& sum, std::int64_t a, std::int64_t b, const Place& place) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(sum, product, &sum)) {
    throw InputError(place, "the condition's points cannot be counted in 64 bits at these shapes");
  }
}

/// The formula with an affine value (of the same slots) in place of a coordinate.
Formula substituted(Formula formula, std::size_t slot, const Inequality& value,
                    const Place& place) {
  for (auto& part : formula.parts) part = substituted(std::move(part), slot, value, place);
  if (formula.kind != Formula::Kind::inequality) return formula;
  auto& [coefficients, constant] = formula.inequality;
  const auto factor = std::exchange(coefficients[slot], 0);
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    add_product(coefficients[i], factor, value.coefficients[i], place);
  }
  add_product(constant, factor, value.constant, place);
  return formula;
}

void drop_slot(Formula& formula, std::ptrdiff_t slot) {
  for (auto& part : formula.parts) drop_slot(part, slot);
  auto& coefficients = formula.inequality.coefficients;
  if (formula.kind == Formula::Kind::inequality) coefficients.erase(coefficients.begin() + slot);
}

void drop_slot(Region& region, std::size_t slot) {
  const auto offset = static_cast<std::ptrdiff_t>(slot);
  drop_slot(region.formula, offset);
  region.variables.erase(region.variables.begin() + offset);
  region.extents.erase(region.extents.begin() + offset);
}

std::size_t slot_of(const Region& region, const std::string& variable) {
  return static_cast<std::size_t>(
      std::find(region.variables.begin(), region.variables.end(), variable) -
      region.variables.begin());
}

/// Whether `high` counts in units of the whole extent of `low`, and does so everywhere.
bool are_digits(const Region& region, std::size_t high, std::size_t low) {
  const auto lines = inequalities_of(region.formula);
  return high != low && std::all_of(lines.begin(), lines.end(), [&](const Inequality& line) {
           std::int64_t unit = 0;
           return !__builtin_mul_overflow(line.coefficients[low], region.extents[low], &unit) &&
                  unit == line.coefficients[high];
         });
}

/// @return whether there was a pair
bool merge_pair(Region& region, std::vector<std::string>& variables) {
  for (auto high = variables.begin(); high != variables.end(); ++high) {
    const auto high_slot = slot_of(region, *high);
    for (const auto& low : variables) {
      const auto low_slot = slot_of(region, low);
      if (!are_digits(region, high_slot, low_slot)) continue;
      std::int64_t extent = 0;
      add_product(extent, region.extents[low_slot], region.extents[high_slot], region.place);
      region.extents[low_slot] = extent;
      drop_slot(region, high_slot);
      variables.erase(high);
      return true;
    }
  }
  return false;
}

}  // namespace

bool Inequality::holds(const Point& point) const {
  auto value = constant;
  for (std::size_t slot = 0; slot < coefficients.size(); ++slot) {
    value += coefficients[slot] * point[slot];
  }
  return value <= 0;
}

bool Formula::holds(const Point& point) const {
  const auto part_holds = [&](const Formula& part) { return part.holds(point); };
  if (kind == Kind::inequality) return inequality.holds(point);
  return kind == Kind::all_of ? std::all_of(parts.begin(), parts.end(), part_holds)
                              : std::any_of(parts.begin(), parts.end(), part_holds);
}

Region region_of(const Cascade& cascade, const Condition* where,
                 const std::vector<std::string>& variables, const Shapes& shapes) {
  Region region{variables, {}, {}, where == nullptr ? Place{} : where->place};
  Bindings bindings;
  for (const auto& variable : variables) {
    bindings[variable] = Affine{0, {{region.extents.size(), 1}}};
    region.extents.push_back(shapes.at(cascade.find_rank_of_variable(variable)->name));
  }
  if (where == nullptr) return region;
  region.formula = Translator(bindings, shapes)(*where);
  std::vector<Range> ranges;
  for (const auto extent : region.extents) ranges.emplace_back(0, extent - 1);
  for (const auto& [coefficients, constant] : inequalities_of(region.formula)) {
    Affine affine{constant, {}};
    for (std::size_t slot = 0; slot < coefficients.size(); ++slot) {
      affine.terms.emplace_back(slot, coefficients[slot]);
    }
    static_cast<void>(range_of(affine, ranges, where->place));
  }
  return region;
}

std::vector<Inequality> inequalities_of(const Formula& formula) {
  std::vector<Inequality> list;
  collect(formula, list);
  return list;
}

void merge_digits(Region& region, std::vector<std::string>& variables) {
  while (merge_pair(region, variables)) {
  }
}

bool eliminate(Region& region, const std::string& variable) {
  const auto slot = slot_of(region, variable);
  const auto slots = region.variables.size();
  const auto zeros = std::vector<std::int64_t>(slots, 0);
  std::vector<Formula> cases{substituted(region.formula, slot, {zeros, 0}, region.place)};
  for (const auto& inequality : inequalities_of(region.formula)) {
    const auto factor = inequality.coefficients[slot];
    if (factor < -1) return false;
    if (factor != -1) continue;  // bounds from above: a least value is none of its
    auto least = inequality;     // -x + rest <= 0: the least x is the rest
    least.coefficients[slot] = 0;
    Inequality at_least_0{zeros, -least.constant};
    for (std::size_t i = 0; i < slots; ++i) at_least_0.coefficients[i] = -least.coefficients[i];
    auto below_extent = least;
    below_extent.constant -= region.extents[slot] - 1;
    cases.push_back(all_of({single(at_least_0), single(below_extent),
                            substituted(region.formula, slot, least, region.place)}));
  }
  region.formula = any_of(std::move(cases));
  drop_slot(region, slot);
  return true;
}

}  // namespace attnsim::einsum
