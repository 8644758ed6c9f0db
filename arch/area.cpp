#include "arch/area.h"

#include "base/did_you_mean.h"
#include "base/overloaded.h"

namespace attnsim::arch {
namespace {

/// Collects the areas of components, and whether any was given by the file.
class Sum {
 public:
  void add(const std::string& name, std::optional<SquareMicrons> area) {
    if (area) {
      area_.by[name] = *area;
      given_ = true;
    } else {
      area_.missing.push_back(name);
    }
  }

  /// A unit: the functional units of one PE or lane, `count` times.
  void add_unit(const std::string& name, std::uint64_t count, const OperationTable& operations) {
    SquareMicrons each;
    std::vector<std::string> lacking;
    for (const auto& [operation, spec] : operations) {
      if (!spec.area) lacking.push_back(operation);
      // Compositions say nothing: whether this architecture has areas is up to its primitives.
      const bool primitive = spec.primitives.contains(operation);
      given_ = given_ || (primitive && spec.area);
      each += spec.area.value_or(SquareMicrons());
    }
    if (lacking.empty()) {
      area_.by[name] = each * static_cast<double>(count);
    } else {
      area_.missing.push_back(name + " (" + join(lacking) + ")");
    }
  }

  [[nodiscard]] Area result() const { return given_ ? area_ : Area(); }

 private:
  Area area_;
  bool given_ = false;
};

}  // namespace

std::optional<SquareMicrons> Area::total() const {
  if (by.empty() || !missing.empty()) return std::nullopt;
  SquareMicrons sum;
  for (const auto& [name, area] : by) sum += area;
  return sum;
}

Area area_of(const Architecture& architecture) {
  Sum sum;
  const Overloaded visit{
      [&](const MemorySpec& memory) {
        if (memory.area || memory.capacity) sum.add(memory.name, memory.area);
      },
      [&](const ArraySpec& array) {
        sum.add_unit(array.name, array.rows * array.columns, array.operations);
      },
      [&](const VectorSpec& vector) { sum.add_unit(vector.name, vector.lanes, vector.operations); },
      [&](const ChannelSpec& channel) { sum.add(channel.name, channel.area); },
  };
  for (const auto& component : architecture.components) std::visit(visit, component);
  return sum.result();
}

}  // namespace attnsim::arch
