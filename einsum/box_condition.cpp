#include "einsum/box_condition.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "einsum/compile_index.h"
#include "einsum/index_ops.h"

namespace attnsim::einsum {

namespace {

/// The values of an affine index over the box, whose terms name each slot once or not far apart:
/// what could be less is only found to be so when the box is cut.
Range span_of(const Affine& affine, const Box& box) {
  Range span{affine.constant, affine.constant};
  for (const auto& [slot, coefficient] : affine.terms) {
    const auto& [least, largest] = box[slot];
    span.first += coefficient * (coefficient > 0 ? least : largest);
    span.second += coefficient * (coefficient > 0 ? largest : least);
  }
  return span;
}

Range range_of_derived(const Derived& derived, const Box& box) {
  const auto [least, largest] = span_of(derived.operand, box);
  const Range quotient{floor_divide(least, derived.divisor),
                       floor_divide(largest, derived.divisor)};
  if (derived.kind == Derived::Kind::quotient) return quotient;
  if (quotient.first != quotient.second) return {0, derived.divisor - 1};
  const auto whole = quotient.first * derived.divisor;
  return {least - whole, largest - whole};
}

Truth truth_of(bool possible, bool certain) {
  if (certain) return Truth::always;
  return possible ? Truth::sometimes : Truth::never;
}

Truth opposite(Truth truth) {
  if (truth == Truth::sometimes) return truth;
  return truth == Truth::never ? Truth::always : Truth::never;
}

/// Whether `difference` compares with 0 so.
Truth compare(Comparator comparator, const Range& difference) {
  const auto [least, largest] = difference;
  switch (comparator) {
    case Comparator::less:
      return truth_of(least < 0, largest < 0);
    case Comparator::less_equal:
      return truth_of(least <= 0, largest <= 0);
    case Comparator::greater:
      return truth_of(largest > 0, least > 0);
    case Comparator::greater_equal:
      return truth_of(largest >= 0, least >= 0);
    case Comparator::equal:
      return truth_of(least <= 0 && largest >= 0, least == 0 && largest == 0);
    case Comparator::not_equal:
      return opposite(compare(Comparator::equal, difference));
  }
  return Truth::sometimes;
}

/// Of one slot, one term: what cancels out (p - p) is gone.
Affine merged(const Affine& affine) {
  Affine result{affine.constant, {}};
  for (const auto& [slot, coefficient] : affine.terms) {
    const auto same = [&slot = slot](const auto& term) { return term.first == slot; };
    const auto known = std::find_if(result.terms.begin(), result.terms.end(), same);
    if (known == result.terms.end()) {
      result.terms.emplace_back(slot, coefficient);
    } else {
      known->second += coefficient;
    }
  }
  return result;
}

/// The variables' slots and their extents, for the compiler of indices.
CompiledEinsum slots_of(const Cascade& cascade, const std::vector<std::string>& variables,
                        const Shapes& shapes) {
  CompiledEinsum slots;
  slots.variables = variables;
  for (const auto& variable : variables) {
    slots.extents.push_back(shapes.at(cascade.find_rank_of_variable(variable)->name));
  }
  return slots;
}

}  // namespace

std::pair<Box, Box> halves(const Box& box, std::size_t slot) {
  std::pair<Box, Box> both{box, box};
  const auto middle = box[slot].first + (length(box[slot]) / 2);
  both.first[slot].second = middle - 1;
  both.second[slot].first = middle;
  return both;
}

class BoxCondition::Compiler {
 public:
  Compiler(const Cascade& cascade, const std::vector<std::string>& variables, const Shapes& shapes)
      : slots_(slots_of(cascade, variables, shapes)), indices_(cascade, shapes, none_, slots_) {
    for (std::size_t slot = 0; slot < variables.size(); ++slot) {
      bindings_[variables[slot]] = Affine{0, {{slot, 1}}};
    }
  }

  [[nodiscard]] Node operator()(const Condition& condition) {
    Node node{condition.kind, condition.comparison.comparator, {}, {}, {}};
    if (condition.kind == Condition::Kind::values) fail_on_data(condition.place);
    for (const auto& part : condition.parts) node.parts.push_back((*this)(part));
    if (condition.kind != Condition::Kind::comparison) return node;
    const auto& [left, comparator, right] = condition.comparison;
    if (!gathers_of(left).empty() || !gathers_of(right).empty()) fail_on_data(condition.place);
    Affine difference = indices_.resolve(left, bindings_, condition.place);
    add_scaled(difference, -1, indices_.resolve(right, bindings_, condition.place),
               condition.place);
    static_cast<void>(indices_.range(difference, condition.place));
    node.difference = merged(difference);
    for (const auto* side : {&left, &right}) {
      for (const auto& variable : variables_of(*side)) {
        node.slots.push_back(bindings_.at(variable).terms.front().first);
      }
    }
    return node;
  }

  [[nodiscard]] std::vector<Derived> derived() const { return slots_.derived; }

 private:
  [[noreturn]] static void fail_on_data(const Place& place) {
    throw InputError(place,
                     "this condition depends on data, so that it says nothing about tiles; "
                     "one on coordinates, shapes and parameters would");
  }

  const Values none_;
  CompiledEinsum slots_;
  IndexCompiler indices_;
  Bindings bindings_;
};

BoxCondition::BoxCondition(const Cascade& cascade, const std::vector<Condition>& conditions,
                           const std::vector<std::string>& variables, const Shapes& shapes) {
  Compiler compile(cascade, variables, shapes);
  for (const auto& condition : conditions) root_.parts.push_back(compile(condition));
  derived_ = compile.derived();
}

Truth BoxCondition::over(const Box& box, std::vector<std::size_t>& undecided) const {
  undecided.clear();
  if (derived_.empty()) return truth_of(root_, box, undecided);
  Box all;
  all.reserve(box.size() + derived_.size());
  all = box;
  for (const auto& derived : derived_) all.push_back(range_of_derived(derived, all));
  return truth_of(root_, all, undecided);
}

Truth BoxCondition::truth_of(const Node& node, const Box& box,
                             std::vector<std::size_t>& undecided) {
  using Kind = Condition::Kind;
  if (node.kind == Kind::comparison) {
    const auto truth = compare(node.comparator, span_of(node.difference, box));
    if (truth == Truth::sometimes) {
      undecided.insert(undecided.end(), node.slots.begin(), node.slots.end());
    }
    return truth;
  }
  if (node.kind == Kind::negation) return opposite(truth_of(node.parts.front(), box, undecided));
  const auto before = undecided.size();
  const bool all = node.kind == Kind::all_of;
  const auto decisive = all ? Truth::never : Truth::always;  // of one part for the whole
  auto truth = opposite(decisive);
  for (const auto& part : node.parts) {
    const auto of_part = truth_of(part, box, undecided);
    if (of_part == decisive) {
      undecided.resize(before);
      return decisive;
    }
    if (of_part == Truth::sometimes) truth = Truth::sometimes;
  }
  return truth;
}

}  // namespace attnsim::einsum
