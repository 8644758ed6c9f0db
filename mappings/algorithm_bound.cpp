#include "mappings/algorithm_bound.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/did_you_mean.h"
#include "einsum/count_operations.h"
#include "einsum/shapes.h"

namespace attnsim::mappings {
namespace {

/// A lane-cycle is 64 bits at 1e10 tile steps of 65536 PEs.
__extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using): pedantic needs __extension__

struct Unit {
  std::string name;
  std::int64_t lanes = 1;
  const arch::OperationTable* operations = nullptr;

  /// Cycles of a lane for one; nullopt: it cannot.
  [[nodiscard]] std::optional<std::int64_t> cycles(const std::string& op) const {
    const auto found = operations->find(op);
    if (found == operations->end()) return std::nullopt;
    for (const auto& [other, into] : *operations) {
      if (std::find(into.chains.begin(), into.chains.end(), op) != into.chains.end()) return 0;
    }
    return static_cast<std::int64_t>(found->second.cycles.count());
  }
};

std::vector<Unit> units_of(const arch::Architecture& architecture) {
  std::vector<Unit> units;
  for (const auto& name : architecture.unit_names()) {
    if (const auto* array = architecture.find_array(name)) {
      const auto lanes = static_cast<std::int64_t>(array->rows * array->columns);
      units.push_back({name, lanes, &array->operations});
    } else if (const auto* vector = architecture.find_vector(name)) {
      units.push_back({name, static_cast<std::int64_t>(vector->lanes), &vector->operations});
    }
  }
  return units;
}

using Loads = std::map<std::string, std::int64_t>;

/// As many products and sums of each Einsum as can be, as "mac"s.
Loads loads_of(const einsum::CascadeCounts& counts, const std::vector<Unit>& units) {
  const bool macs = std::any_of(units.begin(), units.end(),
                                [](const Unit& unit) { return unit.cycles("mac").has_value(); });
  Loads loads;
  for (const auto& einsum : counts.einsums) {
    auto operations = einsum.operations;
    if (macs && operations.contains("mul") && operations.contains("add")) {
      const auto both = std::min(operations["mul"], operations["add"]);
      for (const auto* op : {"mul", "add"}) operations[op] -= both;
      operations["mac"] += both;
    }
    for (const auto& [op, count] : operations) loads[op] += count;
  }
  return loads;
}

/// What the units of the set must do since no other has the operation.
Bound bound_of_set(const std::vector<Unit>& units, const Loads& loads, std::size_t set) {
  Wide lane_cycles = 0;
  std::int64_t lanes = 0;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if ((set >> i & 1U) == 0) continue;
    lanes += units[i].lanes;
    names.push_back(units[i].name);
  }
  for (const auto& [op, count] : loads) {
    std::optional<std::int64_t> least;
    bool elsewhere = false;
    for (std::size_t i = 0; i < units.size(); ++i) {
      const auto cycles = units[i].cycles(op);
      if (!cycles) continue;
      if ((set >> i & 1U) == 0) elsewhere = true;
      least = std::min(least.value_or(*cycles), *cycles);
    }
    if (least && !elsewhere) lane_cycles += static_cast<Wide>(count) * *least;
  }
  return {static_cast<std::int64_t>((lane_cycles + lanes - 1) / lanes), join(names, " + ")};
}

Bound traffic_bound(const einsum::CascadeCounts& counts, const arch::Architecture& architecture) {
  const auto& memory = backing_memory(architecture);
  if (!memory.bandwidth) return {0, memory.name};
  const auto bytes = static_cast<long double>(counts.compulsory_words()) *
                     static_cast<long double>(architecture.word.count()) / 8;
  const auto cycles = bytes * architecture.clock.count() / memory.bandwidth->count();
  return {static_cast<std::int64_t>(std::floor(cycles)), memory.name};
}

/// The whole part of every rank that is no multiple of its parts.
Shapes rounded_down(const einsum::Cascade& cascade, Shapes shapes) {
  for (const auto& rank : cascade.ranks) {
    if (rank.parts.empty()) continue;
    std::int64_t inner = 1;
    for (std::size_t i = 1; i < rank.parts.size(); ++i) inner *= shapes.at(rank.parts[i]);
    auto& outer = shapes.at(rank.parts.front());
    outer = shapes.at(rank.name) / inner;
    shapes.at(rank.name) = outer * inner;
  }
  return shapes;
}

}  // namespace

Bound algorithm_bound(const einsum::Cascade& cascade, const arch::Architecture& architecture,
                      Shapes shapes) {
  const auto resolved = einsum::resolve_shapes(cascade, rounded_down(cascade, std::move(shapes)));
  const auto counts = einsum::count_operations(cascade, resolved);
  auto bound = traffic_bound(counts, architecture);
  const auto units = units_of(architecture);
  const auto loads = loads_of(counts, units);
  for (std::size_t set = 1; set < std::size_t{1} << units.size(); ++set) {
    const auto of_set = bound_of_set(units, loads, set);
    if (of_set.cycles > bound.cycles) bound = of_set;
  }
  return bound;
}

}  // namespace attnsim::mappings
