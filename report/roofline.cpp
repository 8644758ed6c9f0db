#include "report/roofline.h"

#include <algorithm>

#include "base/error.h"
#include "base/overloaded.h"

namespace attnsim::report {
namespace {

double operations_a_cycle(const arch::OperationTable& operations, double lanes) {
  constexpr double multiply_and_add = 2;
  return operations.contains("mac") ? multiply_and_add * lanes : 0;
}

/// Of the fastest operation that multiplies, at the highest clock that products run at.
/// Operations of a GPU are counted as such: a multiply-accumulate is two.
double products_a_second(const arch::Gpu& gpu) {
  double a_cycle = 0;
  for (const auto& [name, operation] : gpu.operations) {
    if (operation.products) a_cycle = std::max(a_cycle, operation.rate);
  }
  return a_cycle * static_cast<double>(gpu.multiprocessors) * gpu.power.tensor.count();
}

}  // namespace

double Roofline::attainable(double intensity) const {
  return std::min(operations_per_second, intensity * bytes_per_second);
}

Roofline roofline_of(const arch::Architecture& architecture) {
  Roofline roofline{architecture.name};
  double a_cycle = 0;
  const Overloaded visit{
      [&](const arch::MemorySpec& memory) {
        const bool holds_all = memory.unit.empty() && !memory.capacity && memory.bandwidth;
        if (!holds_all) return;
        roofline.bytes_per_second += static_cast<double>(memory.bandwidth->count());
        roofline.memories.push_back(memory.name);
      },
      [&](const arch::ArraySpec& array) {
        a_cycle +=
            operations_a_cycle(array.operations, static_cast<double>(array.rows * array.columns));
      },
      [&](const arch::VectorSpec& vector) {
        a_cycle += operations_a_cycle(vector.operations, static_cast<double>(vector.lanes));
      },
      [](const arch::ChannelSpec&) {}};
  for (const auto& component : architecture.components) std::visit(visit, component);
  roofline.operations_per_second = a_cycle * architecture.clock.count();
  if (architecture.gpu) roofline.operations_per_second += products_a_second(*architecture.gpu);
  if (roofline.operations_per_second > 0 && roofline.bytes_per_second > 0) return roofline;
  throw InputError(architecture.place,
                   architecture.name + " has no roofline: it takes an array or vector with <op " +
                       "name=\"mac\">, or a <gpu> with an <op products=\"yes\">, and a memory with "
                       "a bandwidth and no capacity");
}

std::optional<RooflinePoint> roofline_point(const Roofline& machine, const sim::SimResult& result) {
  const auto computes = [&](const std::string& name) {
    return std::any_of(result.units.begin(), result.units.end(),
                       [&](const sim::UnitUse& unit) { return !unit.port && unit.name == name; });
  };
  double operations = 0;
  for (const auto& action : result.actions) {
    if (!computes(action.component)) continue;
    operations += static_cast<double>(action.count) * (action.what == "mac" ? 2 : 1);
  }
  double bytes = 0;
  for (const auto& memory : machine.memories) {
    const auto traffic = result.traffic.find(memory);
    if (traffic == result.traffic.end()) continue;
    bytes += static_cast<double>(traffic->second.read + traffic->second.write);
  }
  if (operations <= 0 || bytes <= 0 || result.seconds <= 0) return std::nullopt;
  return RooflinePoint{operations / bytes, operations / result.seconds};
}

}  // namespace attnsim::report
