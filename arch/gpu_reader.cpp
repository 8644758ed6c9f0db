#include "arch/gpu_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "arch/reading.h"

namespace attnsim::arch {
namespace {

double read_rate(const XmlElement& element, const char* attribute) {
  const auto rate = element.required<double>(attribute);
  if (!(rate > 0)) element.fail(attribute, "must be greater than 0");
  return rate;
}

void read_multiprocessor(const XmlElement& element, Gpu& gpu) {
  gpu.room.threads = read_count(element, "threads");
  gpu.room.blocks = read_count(element, "blocks");
  gpu.room.registers = read_count(element, "registers");
  gpu.room.shared = read_positive<Bytes>(element, "shared");
  gpu.room.reserved = element.optional<Bytes>("reserved", Bytes());
  gpu.port = static_cast<double>(read_positive<Bytes>(element, "port").count());
  finish_leaf(element);
}

void read_latency(const XmlElement& element, Gpu& gpu) {
  gpu.l2_latency = element.required<Cycles>("l2");
  gpu.dram_latency = element.required<Cycles>("dram");
  gpu.hand_over = element.optional<Cycles>("hand_over", gpu.l2_latency);
  finish_leaf(element);
}

void read_bandwidth(const XmlElement& element, Gpu& gpu) {
  const GpuBandwidth point{read_count(element, "multiprocessors"),
                           read_positive<BytesPerSecond>(element, "bandwidth")};
  if (!gpu.dram_bandwidth.empty() &&
      gpu.dram_bandwidth.back().multiprocessors >= point.multiprocessors) {
    element.fail("multiprocessors", "must rise from one <dram_bandwidth> to the next");
  }
  gpu.dram_bandwidth.push_back(point);
  finish_leaf(element);
}

void read_mixed(const XmlElement& element, Gpu& gpu) {
  gpu.mixed_dram = read_positive<BytesPerSecond>(element, "bandwidth");
  finish_leaf(element);
}

void check_mixed(const XmlElement& element, const Gpu& gpu) {
  if (gpu.mixed_dram.count() <= gpu.dram_bandwidth.back().bandwidth.count()) return;
  element.fail("has a <mixed_dram> above its last <dram_bandwidth>: mixing only costs");
}

void read_scattered(const XmlElement& element, Gpu& gpu) {
  gpu.scattered = read_positive<BytesPerSecond>(element, "bandwidth");
  finish_leaf(element);
}

void read_operation(const XmlElement& element, Gpu& gpu) {
  GpuOperation operation;
  operation.name = read_name(element);
  operation.unit = element.required<std::string>("unit");
  operation.rate = read_rate(element, "rate");
  operation.alone = element.has("alone") ? read_rate(element, "alone") : operation.rate;
  operation.latency = element.optional<Cycles>("latency", Cycles());
  operation.energy = element.optional<Picojoules>("energy", Picojoules());
  operation.products =
      element.optional_choice<bool>("products", {{"yes", true}, {"no", false}}, false);
  if (operation.alone > operation.rate) element.fail("alone", "exceeds the rate");
  finish_leaf(element);
  const auto name = operation.name;
  if (!gpu.operations.emplace(name, std::move(operation)).second) {
    element.fail("name", "is taken by an earlier <op>");
  }
}

void read_slowdown(const XmlElement& element, Gpu& gpu) {
  GpuSlowdown slow{element.required<std::string>("unit"), element.required<std::string>("by"),
                   element.required<double>("factor")};
  if (!(slow.factor >= 1)) element.fail("factor", "must be 1 or greater");
  finish_leaf(element);
  gpu.slowdowns.push_back(std::move(slow));
}

void check_slowdowns(const XmlElement& element, const Gpu& gpu) {
  for (const auto& slow : gpu.slowdowns) {
    for (const auto& unit : {slow.unit, slow.by}) {
      const bool known = std::any_of(gpu.operations.begin(), gpu.operations.end(),
                                     [&](const auto& each) { return each.second.unit == unit; });
      if (!known) element.fail("has a <slowdown> with '" + unit + "', the unit of no <op>");
    }
  }
}

void read_launch(const XmlElement& element, Gpu& gpu) {
  gpu.launch.first = element.required<Seconds>("first");
  gpu.launch.next = element.required<Seconds>("next");
  gpu.launch.block = element.required<Seconds>("block");
  gpu.launch.cold = element.required<Seconds>("cold");
  finish_leaf(element);
}

void read_power(const XmlElement& element, Gpu& gpu) {
  gpu.power.idle = element.required<Watts>("idle");
  gpu.power.limit = element.required<Watts>("limit");
  gpu.power.clock = read_positive<Hertz>(element, "clock");
  gpu.power.tensor = read_positive<Hertz>(element, "tensor");
  gpu.power.settles = element.required<Seconds>("settles");
  gpu.power.reference = read_positive<Hertz>(element, "reference");
  gpu.power.slope = element.required<double>("slope");
  if (!(gpu.power.idle < gpu.power.limit)) element.fail("limit", "is not above idle");
  if (gpu.power.clock < gpu.power.tensor) element.fail("tensor", "is above the clock");
  finish_leaf(element);
}

struct PartReader {
  const char* name;
  void (*read)(const XmlElement&, Gpu&);
  int least;
  int most;
};
constexpr int many = 1 << 20;
constexpr std::array<PartReader, 9> parts{{{"multiprocessor", read_multiprocessor, 1, 1},
                                           {"latency", read_latency, 1, 1},
                                           {"launch", read_launch, 1, 1},
                                           {"power", read_power, 1, 1},
                                           {"scattered_stores", read_scattered, 1, 1},
                                           {"dram_bandwidth", read_bandwidth, 1, many},
                                           {"mixed_dram", read_mixed, 0, 1},
                                           {"op", read_operation, 1, many},
                                           {"slowdown", read_slowdown, 0, many}}};

}  // namespace

Gpu read_gpu(const XmlElement& element) {
  Gpu gpu;
  gpu.place = element.place();
  gpu.multiprocessors = read_count(element, "multiprocessors");
  gpu.l2 = element.required<std::string>("l2");
  gpu.dram = element.required<std::string>("dram");
  finish(element);
  std::vector<std::string> known;
  for (const auto& part : parts) known.emplace_back(part.name);
  std::map<std::string, int> seen;
  for (const auto& child : element.children(known)) {
    for (const auto& part : parts) {
      if (child.name() != part.name) continue;
      if (++seen[part.name] > part.most) child.fail("stands here twice");
      part.read(child, gpu);
    }
  }
  for (const auto& part : parts) {
    if (seen[part.name] < part.least) element.fail(std::string("lacks a <") + part.name + ">");
  }
  check_slowdowns(element, gpu);
  check_mixed(element, gpu);
  return gpu;
}

}  // namespace attnsim::arch
