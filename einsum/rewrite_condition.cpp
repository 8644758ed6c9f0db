#include "einsum/rewrite_condition.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/rewrite_expr.h"

namespace attnsim::einsum {

namespace {

using Conjunction = std::vector<Linear>;

constexpr std::size_t most_alternatives = 64;
const Atom constant_key;

void add(Linear& sum, std::int64_t factor, const Linear& addend) {
  for (const auto& [key, coefficient] : addend) sum[key] += factor * coefficient;
  std::erase_if(sum, [](const auto& term) { return term.second == 0; });
}

void add(Linear& sum, std::int64_t factor, const Index& index) {
  Linear linear;
  for (const auto& term : index.terms) {
    Atom atom{term.rank, term.variable, term.part};
    if (!term.part.empty()) atom.variable = to_text(Index{{Term{1, "", "", term.part}}});
    linear[atom] += term.factor;
  }
  add(sum, factor, linear);
}

/// left - right + slack <= 0
Linear difference(const Index& left, const Index& right, std::int64_t slack) {
  Linear form;
  add(form, 1, left);
  add(form, -1, right);
  add(form, slack, Linear{{constant_key, 1}});
  return form;
}

/// 1 - truth <= 0, and truth <= 0 of the opposite.
Alternatives truth_of(const Condition& values, bool negated) {
  const Atom truth{"", to_text(values), {}, {values}};
  if (negated) return {{Linear{{truth, 1}}}};
  return {{Linear{{truth, -1}, {constant_key, 1}}}};
}

/// a < b is a - b + 1 <= 0, as these are integers.
Alternatives alternatives_of(const Comparison& comparison, bool negated) {
  const auto& [a, comparator, b] = comparison;
  switch (negated ? opposite(comparator) : comparator) {
    case Comparator::less:
      return {{difference(a, b, 1)}};
    case Comparator::less_equal:
      return {{difference(a, b, 0)}};
    case Comparator::greater:
      return {{difference(b, a, 1)}};
    case Comparator::greater_equal:
      return {{difference(b, a, 0)}};
    case Comparator::equal:
      return {{difference(a, b, 0), difference(b, a, 0)}};
    case Comparator::not_equal:
      return {{difference(a, b, 1)}, {difference(b, a, 1)}};
  }
  return {};
}

std::optional<Alternatives> alternatives_of(const Condition& where, bool negated) {
  using Kind = Condition::Kind;
  if (where.kind == Kind::comparison) return alternatives_of(where.comparison, negated);
  if (where.kind == Kind::values) return truth_of(where, negated);
  if (where.kind == Kind::negation) return alternatives_of(where.parts.front(), !negated);
  const bool all = (where.kind == Kind::all_of) != negated;
  Alternatives result;
  if (all) result.emplace_back();
  for (const auto& part : where.parts) {
    const auto next = alternatives_of(part, negated);
    if (!next) return std::nullopt;
    Alternatives product;
    for (const auto& left : all ? result : Alternatives{}) {
      for (const auto& right : *next) {
        product.push_back(left);
        product.back().insert(product.back().end(), right.begin(), right.end());
      }
    }
    if (all) result = std::move(product);
    if (!all) result.insert(result.end(), next->begin(), next->end());
    if (result.size() > most_alternatives) return std::nullopt;
  }
  return result;
}

/// Holds at every point: no term can be above 0 and the largest value is at most 0. Coordinates
/// are at least 0 and shapes at least 1; a parameter may be anything.
bool is_trivial(const Cascade& cascade, const Linear& form) {
  std::int64_t largest = 0;
  for (const auto& [key, coefficient] : form) {
    const bool is_param = cascade.find_param(key.name) != nullptr;
    if (key == constant_key) {
      largest += coefficient;
    } else if (coefficient > 0 || is_param || key.is_opaque()) {
      return false;
    } else if (key.variable.empty()) {
      largest += coefficient;
    }
  }
  return largest <= 0;
}

bool contains_all(const Conjunction& all, const Conjunction& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const Linear& form) {
    return std::find(all.begin(), all.end(), form) != all.end();
  });
}

/// Drops what always holds, duplicates, and alternatives that another one covers.
Alternatives simplified(const Cascade& cascade, Alternatives alternatives) {
  for (auto& conjunction : alternatives) {
    Conjunction kept;
    for (auto& form : conjunction) {
      if (!is_trivial(cascade, form) && !contains_all(kept, {form})) kept.push_back(form);
    }
    conjunction = std::move(kept);
  }
  Alternatives result;
  for (const auto& conjunction : alternatives) {
    const auto covers = [&](const Conjunction& other) { return contains_all(conjunction, other); };
    if (std::any_of(result.begin(), result.end(), covers)) continue;
    std::erase_if(result,
                  [&](const Conjunction& other) { return contains_all(other, conjunction); });
    result.push_back(conjunction);
  }
  return result;
}

/// The forms of a conjunction by how they bound a variable.
struct Bounds {
  Conjunction lower;  ///< A of A <= v
  Conjunction upper;  ///< B of v + B <= 0
  Conjunction free;
  bool unit = true;  ///< every coefficient of v is 1 or -1
};

Bounds bounds_of(const Conjunction& conjunction, const std::string& variable) {
  Bounds bounds;
  for (const auto& form : conjunction) {
    Linear rest;
    std::int64_t coefficient = 0;
    for (const auto& [key, factor] : form) {
      if (!key.depends_on(variable)) {
        rest[key] = factor;
      } else {
        coefficient = factor;
        bounds.unit = bounds.unit && key == Atom{"", variable} && (factor == 1 || factor == -1);
      }
    }
    (coefficient == 0  ? bounds.free
     : coefficient < 0 ? bounds.lower
                       : bounds.upper)
        .push_back(std::move(rest));
  }
  return bounds;
}

/// Whether no comparison needs the variable to be above 0: then 0 is as good as any coordinate.
/// Coefficients may be shapes here, which are positive, but no parameters.
bool is_met_by_zero(const Cascade& cascade, const Conjunction& conjunction,
                    const std::string& variable) {
  return std::all_of(conjunction.begin(), conjunction.end(), [&](const Linear& form) {
    return std::all_of(form.begin(), form.end(), [&](const auto& term) {
      const Atom& atom = term.first;
      if (!atom.depends_on(variable)) return true;
      return term.second > 0 && !atom.is_opaque() && cascade.find_param(atom.name) == nullptr;
    });
  });
}

Conjunction at_zero(Conjunction conjunction, const std::string& variable) {
  for (auto& form : conjunction) {
    std::erase_if(form, [&](const auto& term) { return term.first.depends_on(variable); });
  }
  return conjunction;
}

std::optional<Conjunction> eliminate(const Cascade& cascade, const Conjunction& conjunction,
                                     const std::string& variable) {
  if (is_met_by_zero(cascade, conjunction, variable)) return at_zero(conjunction, variable);
  Bounds bounds = bounds_of(conjunction, variable);
  if (!bounds.unit) return std::nullopt;
  if (bounds.lower.empty() && bounds.upper.empty()) return bounds.free;
  const auto& rank = cascade.find_rank_of_variable(variable)->name;
  bounds.lower.emplace_back();                                              // 0 <= v
  bounds.upper.push_back(Linear{{Atom{rank, ""}, -1}, {constant_key, 1}});  // v - V + 1 <= 0
  Conjunction result = bounds.free;
  for (const auto& lower : bounds.lower) {
    for (const auto& upper : bounds.upper) {
      Linear form = lower;
      add(form, 1, upper);
      result.push_back(std::move(form));
    }
  }
  return result;
}

Index side_of(const Linear& form, std::int64_t sign, std::int64_t constant) {
  Index index;
  for (const auto& [key, coefficient] : form) {
    if (key == constant_key || coefficient * sign <= 0) continue;
    const bool plain = key.part.empty();
    index.terms.push_back(Term{coefficient * sign, key.name, plain ? key.variable : "", key.part});
  }
  if (constant != 0 || index.terms.empty()) index.terms.push_back(Term{constant, "", ""});
  return index;
}

/// What is added on the left, what is subtracted on the right: `m1*M0 <= p`, `p + 1 < W + M0`.
Condition condition_of(const Linear& form) {
  for (const auto& [atom, coefficient] : form) {  // truths stand alone
    if (atom.truth.empty()) continue;
    if (coefficient < 0) return atom.truth.front();
    return {Condition::Kind::negation, {}, {atom.truth.front()}, {}};
  }
  const auto found = form.find(constant_key);
  const std::int64_t constant = found == form.end() ? 0 : found->second;
  const bool strict = constant > 0;
  Condition condition;
  condition.comparison = {side_of(form, 1, strict ? constant - 1 : 0),
                          strict ? Comparator::less : Comparator::less_equal,
                          side_of(form, -1, strict ? 0 : -constant)};
  return condition;
}

std::optional<Condition> joined(std::vector<Condition> parts, Condition::Kind kind) {
  if (parts.empty()) return std::nullopt;
  if (parts.size() == 1) return std::move(parts.front());
  Condition whole;
  whole.kind = kind;
  for (auto& part : parts) {
    if (part.kind != kind) {
      whole.parts.push_back(std::move(part));
    } else {
      whole.parts.insert(whole.parts.end(), part.parts.begin(), part.parts.end());
    }
  }
  return whole;
}

}  // namespace

bool Atom::operator<(const Atom& other) const {
  return std::tie(name, variable) < std::tie(other.name, other.variable);
}

bool Atom::operator==(const Atom& other) const {
  return std::tie(name, variable) == std::tie(other.name, other.variable);
}

bool Atom::depends_on(const std::string& coordinate) const {
  if (!is_opaque()) return variable == coordinate;
  if (!truth.empty()) return variables_of(truth.front()).contains(coordinate);
  const auto inside = variables_of(Index{{Term{1, "", "", part}}});
  return std::find(inside.begin(), inside.end(), coordinate) != inside.end();
}

std::optional<Alternatives> alternatives_of(const std::optional<Condition>& where) {
  return where ? alternatives_of(*where, false) : Alternatives{{}};
}

std::optional<Alternatives> reached(const Cascade& cascade, const std::optional<Condition>& where,
                                    const std::vector<std::string>& variables) {
  auto alternatives = alternatives_of(where);
  if (!alternatives) return std::nullopt;
  for (auto& conjunction : *alternatives) {
    for (const auto& variable : variables) {
      auto without = eliminate(cascade, conjunction, variable);
      if (!without) return std::nullopt;
      conjunction = std::move(*without);
    }
  }
  return simplified(cascade, *std::move(alternatives));
}

bool implies(const Alternatives& a, const Alternatives& b) {
  return std::all_of(a.begin(), a.end(), [&](const Conjunction& given) {
    return std::any_of(b.begin(), b.end(),
                       [&](const Conjunction& wanted) { return contains_all(given, wanted); });
  });
}

bool implies(const std::optional<Condition>& a, const std::optional<Condition>& b) {
  const auto given = alternatives_of(a);
  const auto wanted = alternatives_of(b);
  return given && wanted && implies(*given, *wanted);
}

std::optional<Condition> condition_of(const Alternatives& alternatives) {
  if (alternatives.empty()) throw std::logic_error("a condition that never holds");
  std::vector<Condition> parts;
  for (const auto& conjunction : alternatives) {
    if (conjunction.empty()) return std::nullopt;
    std::vector<Condition> comparisons;
    for (const auto& form : conjunction) comparisons.push_back(condition_of(form));
    parts.push_back(*joined(std::move(comparisons), Condition::Kind::all_of));
  }
  return joined(std::move(parts), Condition::Kind::any_of);
}

std::optional<Condition> both(const std::optional<Condition>& a,
                              const std::optional<Condition>& b) {
  if (!a || implies(b, a)) return b;
  if (!b || implies(a, b)) return a;
  return joined({*a, *b}, Condition::Kind::all_of);
}

}  // namespace attnsim::einsum
