#include "einsum/compiled_einsum.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace attnsim::einsum {

namespace {

bool compare(std::int64_t difference, Comparator comparator) {
  switch (comparator) {
    case Comparator::less:
      return difference < 0;
    case Comparator::less_equal:
      return difference <= 0;
    case Comparator::greater:
      return difference > 0;
    case Comparator::greater_equal:
      return difference >= 0;
    case Comparator::equal:
      return difference == 0;
    case Comparator::not_equal:
      return difference != 0;
  }
  return false;
}

}  // namespace

bool CompiledCondition::holds(const Point& point) const {
  const auto part_holds = [&](const CompiledCondition& part) { return part.holds(point); };
  switch (kind) {
    case Condition::Kind::comparison:
      return compare(comparison.difference.at(point), comparison.comparator);
    case Condition::Kind::all_of:
      return std::all_of(parts.begin(), parts.end(), part_holds);
    case Condition::Kind::any_of:
      return std::any_of(parts.begin(), parts.end(), part_holds);
  }
  return true;
}

EinsumRun::EinsumRun(CompiledEinsum compiled)
    : einsum_(std::move(compiled)), point_(einsum_.extents.size(), 0) {}

void EinsumRun::run_all() { run_over(einsum_.output_slots); }

void EinsumRun::run_at(const std::string& variable, std::int64_t coordinate) {
  std::vector<std::size_t> free;
  for (const auto slot : einsum_.output_slots) {
    if (einsum_.variables[slot] != variable) {
      free.push_back(slot);
    } else {
      point_[slot] = coordinate;
    }
  }
  run_over(free);
}

void EinsumRun::run_over(const std::vector<std::size_t>& slots) {
  for (const auto slot : slots) point_[slot] = 0;
  do {
    const bool reached = !einsum_.output_guarded || einsum_.where->holds(point_);
    einsum_.output[einsum_.output_offset.at(point_)] =
        reached ? value_of(einsum_.nodes.back()) : excluded();
  } while (advance(slots));
}

double EinsumRun::excluded() const {
  const auto& previous = einsum_.previous_offset;
  return previous ? einsum_.output[previous->at(point_)] : einsum_.unreached;
}

double EinsumRun::value_of(const CompiledNode& node) {
  switch (node.kind) {
    case CompiledNode::Kind::number:
      return node.number;
    case CompiledNode::Kind::access:
      return read(einsum_.accesses[node.access]);
    case CompiledNode::Kind::call: {
      const double first = value_of(einsum_.nodes[node.arguments[0]]);
      const double second = node.arity < 2 ? 0 : value_of(einsum_.nodes[node.arguments[1]]);
      return node.apply(first, second);
    }
    case CompiledNode::Kind::reduce:
      return reduce(node);
  }
  return 0;
}

double EinsumRun::reduce(const CompiledNode& node) {
  const CompiledNode& argument = einsum_.nodes[node.arguments[0]];
  double accumulated = node.number;
  for (const auto slot : node.slots) point_[slot] = 0;
  do {
    if (node.guarded && !einsum_.where->holds(point_)) continue;
    accumulated = node.apply(accumulated, value_of(argument));
  } while (advance(node.slots));
  return accumulated;
}

double EinsumRun::read(const CompiledAccess& access) const {
  for (const auto& check : access.checks) {
    const auto coordinate = check.index.at(point_);
    if (coordinate < 0 || coordinate >= check.extent) fail_outside(access, check);
  }
  return access.data[access.offset.at(point_)];
}

bool EinsumRun::advance(const std::vector<std::size_t>& slots) {
  for (auto slot = slots.rbegin(); slot != slots.rend(); ++slot) {
    if (++point_[*slot] < einsum_.extents[*slot]) return true;
    point_[*slot] = 0;
  }
  return false;
}

void EinsumRun::fail_outside(const CompiledAccess& access, const BoundsCheck& check) const {
  std::string at;
  for (std::size_t slot = 0; slot < point_.size(); ++slot) {
    at += (at.empty() ? "" : ",") + einsum_.variables[slot] + "=" + std::to_string(point_[slot]);
  }
  throw InputError(access.place, check.what + " is " + std::to_string(check.index.at(point_)) +
                                     " at " + at + ", outside rank " + check.rank + " with its " +
                                     std::to_string(check.extent) +
                                     " coordinates, and no condition excludes it");
}

}  // namespace attnsim::einsum
