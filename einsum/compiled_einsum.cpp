#include "einsum/compiled_einsum.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

/// Coordinates beyond this are no coordinates of anything; sums of them stay within 64 bits.
constexpr double largest_coordinate = 0x1p40;

template <class Value>
bool compare(Value left, Comparator comparator, Value right) {
  switch (comparator) {
    case Comparator::less:
      return left < right;
    case Comparator::less_equal:
      return left <= right;
    case Comparator::greater:
      return left > right;
    case Comparator::greater_equal:
      return left >= right;
    case Comparator::equal:
      return left == right;
    case Comparator::not_equal:
      return left != right;
  }
  return false;
}

}  // namespace

EinsumRun::EinsumRun(CompiledEinsum compiled)
    : einsum_(std::move(compiled)), point_(einsum_.variables.size() + einsum_.derived.size(), 0) {}

void EinsumRun::run_at(const std::map<std::string, std::int64_t>& fixed) {
  std::vector<std::size_t> free;
  for (const auto slot : einsum_.output_slots) {
    const auto coordinate = fixed.find(einsum_.variables[slot]);
    if (coordinate == fixed.end()) free.push_back(slot);
    point_[slot] = coordinate == fixed.end() ? 0 : coordinate->second;
  }
  do write_point();
  while (advance(free));
}

void EinsumRun::write_point() {
  const bool reached = !einsum_.output_guarded || holds(*einsum_.where);
  double value = reached ? value_of(einsum_.nodes.back()) : excluded();
  if (std::exchange(none_, false)) value = excluded();
  if (einsum_.rounded_to) value = round_to(*einsum_.rounded_to, value);
  einsum_.output[einsum_.output_offset.at(point_)] = value;
}

double EinsumRun::excluded() const {
  const auto& previous = einsum_.previous_offset;
  return previous ? einsum_.output[previous->at(point_)] : einsum_.unreached;
}

bool EinsumRun::holds(const CompiledCondition& condition) {
  const auto part_holds = [&](const CompiledCondition& part) { return holds(part); };
  const auto& parts = condition.parts;
  switch (condition.kind) {
    case Condition::Kind::comparison:
      static_cast<void>(derive(condition.difference.derived));
      return compare<std::int64_t>(condition.difference.affine.at(point_), condition.comparator, 0);
    case Condition::Kind::values:
      return compare_values(condition);
    case Condition::Kind::negation:
      return !holds(parts.front());
    case Condition::Kind::all_of:
      return std::all_of(parts.begin(), parts.end(), part_holds);
    case Condition::Kind::any_of:
      return std::any_of(parts.begin(), parts.end(), part_holds);
  }
  return true;
}

/// What is gathered through no coordinate compares with nothing.
bool EinsumRun::compare_values(const CompiledCondition& condition) {
  const double left = value_of(einsum_.nodes[condition.left]);
  const double right = none_ ? 0 : value_of(einsum_.nodes[condition.right]);
  if (std::exchange(none_, false)) return false;
  return compare(left, condition.comparator, right);
}

double EinsumRun::value_of(const CompiledNode& node) {
  switch (node.kind) {
    case CompiledNode::Kind::number:
      return node.number;
    case CompiledNode::Kind::access:
      return read(einsum_.accesses[node.access]);
    case CompiledNode::Kind::index:
      return coordinate_value(node.index);
    case CompiledNode::Kind::argument:
      return arguments_[frame_ + node.access];
    case CompiledNode::Kind::call:
    case CompiledNode::Kind::apply:
      return call(node);
    case CompiledNode::Kind::reduce:
      return reduce(node);
    case CompiledNode::Kind::select:
      return select(node);
  }
  return 0;
}

double EinsumRun::coordinate_value(const CompiledIndex& index) {
  if (!derive(index.derived)) none_ = true;
  return none_ ? 0 : static_cast<double>(index.affine.at(point_));
}

double EinsumRun::call(const CompiledNode& node) {
  if (node.kind == CompiledNode::Kind::call) {
    const double first = value_of(einsum_.nodes[node.arguments[0]]);
    if (none_ || node.arguments.size() < 2) return none_ ? 0 : node.apply(first, 0);
    const double second = value_of(einsum_.nodes[node.arguments[1]]);
    return none_ ? 0 : node.apply(first, second);
  }
  std::vector<double> values;
  for (const auto argument : node.arguments) {
    values.push_back(value_of(einsum_.nodes[argument]));
    if (none_) return 0;
  }
  return apply_body(node, values);
}

double EinsumRun::apply_body(const CompiledNode& node, const std::vector<double>& arguments) {
  const std::size_t outer = std::exchange(frame_, arguments_.size());
  arguments_.insert(arguments_.end(), arguments.begin(), arguments.end());
  const double value = value_of(einsum_.nodes[node.body]);
  arguments_.resize(frame_);
  frame_ = outer;
  return value;
}

double EinsumRun::reduce(const CompiledNode& node) {
  const CompiledNode& argument = einsum_.nodes[node.arguments[0]];
  double accumulated = node.number;
  for (const auto slot : node.slots) point_[slot] = 0;
  do {
    if (node.guarded && !holds(*einsum_.where)) continue;
    const double value = value_of(argument);
    if (std::exchange(none_, false)) continue;
    accumulated = node.apply != nullptr ? node.apply(accumulated, value)
                                        : apply_body(node, {accumulated, value});
  } while (advance(node.slots));
  return accumulated;
}

double EinsumRun::select(const CompiledNode& node) {
  std::vector<std::pair<double, std::int64_t>> candidates;
  const std::size_t slot = node.slots.front();
  point_[slot] = 0;
  do {
    if (node.guarded && !holds(*einsum_.where)) continue;
    const double value = value_of(einsum_.nodes[node.arguments[0]]);
    if (std::exchange(none_, false) || std::isnan(value)) continue;
    candidates.emplace_back(node.largest_first ? -value : value, point_[slot]);
  } while (advance(node.slots));
  double position = 0;
  if (node.arguments.size() > 1) position = value_of(einsum_.nodes[node.arguments[1]]);
  if (none_ || position != std::trunc(position) || position < 0 ||
      position >= static_cast<double>(candidates.size())) {
    return -1;
  }
  const auto chosen = candidates.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(candidates.begin(), chosen, candidates.end());
  return static_cast<double>(chosen->second);
}

double EinsumRun::read(const CompiledAccess& access) {
  if (!derive(access.derived)) {
    none_ = true;
    return 0;
  }
  for (const auto& check : access.checks) {
    const auto coordinate = check.index.at(point_);
    if (coordinate < 0 || coordinate >= check.extent) fail_outside(access, check);
  }
  return access.data[access.offset.at(point_)];
}

bool EinsumRun::derive(const DerivedSlots& slots) {
  for (const auto position : slots) {
    const Derived& derived = einsum_.derived[position];
    auto& coordinate = point_[einsum_.variables.size() + position];
    if (derived.kind == Derived::Kind::gather) {
      const auto gathered = gather(einsum_.accesses[derived.access]);
      if (!gathered) return false;
      coordinate = *gathered;
      continue;
    }
    const auto operand = derived.operand.at(point_);
    const auto quotient = floor_divide(operand, derived.divisor);
    coordinate =
        derived.kind == Derived::Kind::quotient ? quotient : operand - quotient * derived.divisor;
  }
  return true;
}

std::optional<std::int64_t> EinsumRun::gather(const CompiledAccess& access) {
  const double value = read(access);
  if (std::exchange(none_, false) || value == -1) return std::nullopt;
  if (value == std::trunc(value) && std::fabs(value) <= largest_coordinate) {
    return static_cast<std::int64_t>(value);
  }
  throw InputError(access.place, access.text + " is " + to_text(value) + " at " + here() +
                                     ", which is no coordinate: a tensor in an index holds whole " +
                                     "numbers (-1: none)");
}

bool EinsumRun::advance(const std::vector<std::size_t>& slots) {
  for (auto slot = slots.rbegin(); slot != slots.rend(); ++slot) {
    if (++point_[*slot] < einsum_.extents[*slot]) return true;
    point_[*slot] = 0;
  }
  return false;
}

std::string EinsumRun::here() const {
  std::string at;
  for (std::size_t slot = 0; slot < einsum_.variables.size(); ++slot) {
    at += (at.empty() ? "" : ",") + einsum_.variables[slot] + "=" + std::to_string(point_[slot]);
  }
  return at;
}

void EinsumRun::fail_outside(const CompiledAccess& access, const BoundsCheck& check) const {
  throw InputError(access.place, check.what + " is " + std::to_string(check.index.at(point_)) +
                                     " at " + here() + ", outside rank " + check.rank +
                                     " with its " + std::to_string(check.extent) +
                                     " coordinates, and no condition excludes it");
}

}  // namespace attnsim::einsum
