#pragma once

#include "report/run_record.h"

namespace attnsim::report {

/// A small result with a value in every field, all of them easy to recognize.
inline RunRecord example_run() {
  RunRecord run;
  run.label = "first";
  run.arch = "toy";
  run.mapping = "plain";
  run.cascade = "attention_1pass";
  run.model = "bert";
  run.shapes = {{"B", 64}, {"M", 4096}, {"P", 4096}};
  run.clock_hz = 940e6;
  run.result.cycles = 1000000;
  run.result.seconds = 1e6 / 940e6;
  run.result.bound_cycles = 990000;
  run.result.bound_by = "array2d";
  run.result.skipped = true;
  run.result.simulated_ops = 1234;
  run.result.energy_pj = 3e12;
  run.result.units = {{"array2d", false, 990000, 0.99}, {"dram", true, 500000.25, 0.5}};
  run.result.traffic = {{"dram", {3221225472, 1073741824}}};
  run.result.energy_pj_by = {{"array2d", 2e12}, {"dram", 1e12}};
  run.result.einsums = {{"QK", "array2d", 640000, 0.625}, {"SLN", "array2d", 350000, 0.25}};
  run.result.actions = {{"array2d", "mac", "QK", 123456789012}, {"dram", "read", "K", 3221225472}};
  return run;
}

}  // namespace attnsim::report
