#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "explore/database.h"

/// A sweep that needs no simulation: every figure of a record follows from its position.
namespace attnsim::explore {

inline Task example_task(std::int64_t position) {
  Task task;
  task.position = position;
  task.key = fmt::format("{:064x}", position);
  task.point.arch = "toy";
  task.point.mapping = "plain";
  task.point.model = "bert";
  task.point.seq = position % 2 == 0 ? "1K" : "64K";
  task.point.sets = {fmt::format("//array/@rows={}", position)};
  task.parameters = {{"rows", std::to_string(position)}, {"kind", position % 3 == 0 ? "a" : "b"}};
  return task;
}

inline std::vector<Task> example_tasks(std::int64_t count) {
  std::vector<Task> tasks;
  for (std::int64_t i = 0; i < count; ++i) tasks.push_back(example_task(i));
  return tasks;
}

/// Every seventh point does not fit.
inline Record example_record(const Task& task) {
  Record record;
  record.key = task.key;
  record.arch = "toy machine";
  record.mapping = "plain";
  record.cascade = "attention_1pass";
  record.model = "BERT";
  record.shapes = {{"B", 64}, {"M", 1024}};
  if (task.position % 7 == 6) {
    record.status = Status::infeasible;
    record.error = fmt::format("mapping.xml:{}:1: no buffer holds it", task.position);
    return record;
  }
  sim::SimResult result;
  result.cycles = 1000 + task.position * 37 % 101;
  result.seconds = static_cast<double>(result.cycles) / 940e6;
  result.energy_pj = 0.1 * static_cast<double>(task.position);
  result.bound_cycles = 900;
  result.bound_by = "array2d";
  result.units = {{"array2d", false, 900, 0.875}, {"dram", true, 100.25, 0.5}};
  result.traffic = {{"dram", {4096, 1024}}};
  result.energy_pj_by = {{"array2d", result.energy_pj}};
  result.einsums = {{"QK", "array2d", 600, 0.5}};
  result.actions = {{"array2d", "mac", "QK", 123456789012}};
  if (task.position % 2 == 0) result.area_um2 = 12.5;
  record.result = result;
  record.buffer_bytes = 2048;
  record.algorithm = {800, "array2d"};
  return record;
}

inline SweepInfo example_info() {
  return {"toy", "<sweep name='toy'/>", "0.1.0", "attnsim sweep toy.xml", "2026-01-02T03:04:05Z"};
}

}  // namespace attnsim::explore
