#include "mappings/problem.h"

#include <algorithm>

#include "base/error.h"
#include "base/overloaded.h"

namespace attnsim::mappings {
namespace {

std::int64_t to_signed(std::uint64_t number) { return static_cast<std::int64_t>(number); }

std::int64_t array_attribute(const arch::ArraySpec& array, const Size& size) {
  if (size.attribute == "rows") return to_signed(array.rows);
  if (size.attribute == "columns") return to_signed(array.columns);
  throw InputError(size.place, "array '" + array.name + "' has no size '" + size.attribute +
                                   "' (known: rows, columns)");
}

std::int64_t vector_attribute(const arch::VectorSpec& vector, const Size& size) {
  if (size.attribute == "lanes") return to_signed(vector.lanes);
  throw InputError(size.place, "vector '" + vector.name + "' has no size '" + size.attribute +
                                   "' (known: lanes)");
}

const Partition& partition_of(const Mapping& mapping, const einsum::Rank& whole) {
  const auto& inner = whole.parts.back();
  const auto found =
      std::find_if(mapping.partitions.begin(), mapping.partitions.end(),
                   [&](const Partition& partition) { return partition.rank == inner; });
  if (found == mapping.partitions.end()) {
    throw InputError(mapping.place,
                     "the cascade splits " + whole.name +
                         " but the mapping does not say how: add <partition rank=\"" + inner +
                         "\" shape=\"...\"/>");
  }
  return *found;
}

}  // namespace

std::int64_t ceil_div(std::int64_t dividend, std::int64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

std::int64_t resolve(const Size& size, const arch::Architecture& architecture) {
  if (size.kind == Size::Kind::number) return size.number;
  if (const auto* array = architecture.find_array(size.component)) {
    return array_attribute(*array, size);
  }
  if (const auto* vector = architecture.find_vector(size.component)) {
    return vector_attribute(*vector, size);
  }
  std::string known;
  for (const auto& name : architecture.unit_names()) known += (known.empty() ? "" : ", ") + name;
  throw InputError(size.place, "architecture '" + architecture.name + "' has no unit '" +
                                   size.component + "' (known: " + known + ")");
}

Shapes complete_shapes(const einsum::Cascade& cascade, const arch::Architecture& architecture,
                       const Mapping& mapping, Shapes shapes) {
  for (const auto& partition : mapping.partitions) {
    if (cascade.find_rank(partition.rank) == nullptr) {
      throw InputError(partition.place,
                       "cascade '" + cascade.name + "' has no rank '" + partition.rank + "'");
    }
  }
  for (const auto& rank : cascade.ranks) {
    if (rank.parts.empty()) continue;
    if (rank.parts.size() != 2) {
      throw InputError(rank.place, "only a split into two parts can be mapped: " + rank.name);
    }
    const auto whole = shapes.find(rank.name);
    if (whole == shapes.end()) continue;  // reported below
    const auto& partition = partition_of(mapping, rank);
    const auto inner = std::min(resolve(partition.shape, architecture), whole->second);
    shapes[rank.parts[1]] = inner;
    shapes[rank.parts[0]] = ceil_div(whole->second, inner);
  }
  for (const auto& param : cascade.params) shapes.emplace(param.name, param.value);
  for (const auto& rank : cascade.ranks) {
    if (shapes.count(rank.name) == 0) {
      throw InputError(rank.place, "rank " + rank.name + " has no shape: give it with --shape " +
                                       rank.name + "=..., or by --model and --seq");
    }
  }
  return shapes;
}

const arch::MemorySpec& backing_memory(const arch::Architecture& architecture) {
  for (const auto& component : architecture.components) {
    const auto* memory = std::get_if<arch::MemorySpec>(&component);
    if (memory != nullptr && !memory->capacity && memory->unit.empty()) return *memory;
  }
  throw InputError(architecture.place,
                   "architecture '" + architecture.name +
                       "' has no off-chip memory: add a <memory> with a bandwidth and no capacity");
}

}  // namespace attnsim::mappings
