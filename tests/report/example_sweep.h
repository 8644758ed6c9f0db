#pragma once

#include <fmt/format.h>

#include "explore/record.h"

namespace attnsim::report {

/// A made-up result: `size` x `size` PEs at `busy` of their peak; larger arrays take more energy.
inline sim::SimResult example_result(double work, int size, double busy) {
  sim::SimResult result;
  const auto peak = static_cast<double>(size) * size;
  result.cycles = static_cast<std::int64_t>(work / peak / busy);
  result.seconds = static_cast<double>(result.cycles) / 1e9;
  result.bound_cycles = static_cast<std::int64_t>(work / peak);
  result.bound_by = busy > 0.8 ? "array2d" : "dram";
  result.energy_pj = work * (0.5 + 0.002 * size) / busy;
  const auto cycles = static_cast<double>(result.cycles);
  result.units = {{"array2d", false, cycles * busy, busy}, {"dram", true, cycles / 2, 0.5}};
  const auto bytes = static_cast<std::int64_t>(work / 64 / busy);
  result.traffic = {{"buffer", {bytes * 16, bytes * 4}}, {"dram", {bytes, bytes / 4}}};
  result.energy_pj_by = {{"array2d", result.energy_pj * 0.6}, {"dram", result.energy_pj * 0.4}};
  result.area_um2 = peak * 4000;
  result.einsums = {{"QK", "array2d", result.cycles / 2, busy / 2},
                    {"AV", "array2d", result.cycles / 2, busy / 2}};
  result.actions = {{"array2d", "mac", "QK", static_cast<std::int64_t>(work)}};
  return result;
}

/// Rows of mappings x array sizes x models x lengths, in this order; of mapping "flat" the largest
/// size at the shortest length does not fit. `sizes` sets how many array sizes there are.
inline explore::SweepResults example_sweep(int sizes = 3) {
  explore::SweepResults sweep;
  sweep.name = "example";
  sweep.text =
      "<sweep name=\"example\">\n  <base arch=\"toy\" mapping=\"flat fused\"/>\n</sweep>\n";
  sweep.runs = {{"attnsim sweep example.xml -o r.sqlite -j 2", "0.1.0", "2026-11-22T08:00:00Z",
                 "2026-11-22T08:00:07Z", 36, 2}};
  std::int64_t position = 0;
  const auto add = [&](const std::string& mapping, int size, const std::string& model,
                       const std::string& length, double tokens) {
    const auto busy = mapping == "fused" ? 0.95 : 0.25 + 4.0 / size;
    explore::SweepRow row;
    row.position = position++;
    row.parameters = {{"pe", fmt::format("{}", size)}};
    row.point.arch = "toy";
    row.point.mapping = mapping;
    row.point.model = model;
    row.point.seq = length;
    auto& record = row.record;
    record.key = fmt::format("{:064}", row.position);
    record.arch = "toy";
    record.mapping = mapping;
    record.cascade = mapping == "fused" ? "attention_1pass" : "attention_3pass";
    record.model = model;
    record.shapes = {{"M", static_cast<std::int64_t>(tokens)}};
    record.buffer_bytes = 1024 * size;
    if (mapping == "flat" && size == 16 * sizes && length == "1K") {
      record.status = explore::Status::infeasible;
      record.error = "flat.xml:7:3: a tile of 2 MiB does not fit into buffer (1 MiB)";
    } else {
      const double depth = model == "bert" ? 768 : 1024;
      record.result = example_result(tokens * tokens * depth, size, busy);
    }
    sweep.rows.push_back(std::move(row));
  };
  for (const auto* const mapping : {"flat", "fused"}) {
    for (int size = 16; size <= 16 * sizes; size += 16) {
      for (const auto* const model : {"bert", "xlm"}) {
        add(mapping, size, model, "1K", 1024);
        add(mapping, size, model, "4K", 4096);
        add(mapping, size, model, "16K", 16384);
      }
    }
  }
  sweep.points = position + 1;
  return sweep;
}

}  // namespace attnsim::report
