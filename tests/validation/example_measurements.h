#pragma once

#include <cstdint>

#include "base/error.h"
#include "validation/measured_rows.h"

/// A made-up file of measurements with one of everything that a page shows, and a made-up model.
namespace attnsim::validation {

constexpr const char* example_measured_csv =
    "# GPU: Example GPU, 4 SMs\n"
    "# driver: 1.2, toolkit: CUDA 13.0\n"
    "# clocks: SM at most 2000 MHz, memory 1000 MHz, power limit 700 W\n"
    "# date: 2026-11-22\n"
    "# command: attnsim-gpu run --csv <b>.csv\n"
    "# check: ok and the relative error\n"
    "kernel,B,H,J,P,M,E,F,causal,dtype,extra,median_us,p10_us,p90_us,runs,sm_clock_mhz,tflops,"
    "gbytes_per_s,loop_us,loop_clock_mhz,energy_mj,power_w,check\n"
    "flash,1,8,8,1024,1024,64,64,0,bf16,,100.00,99.00,102.00,50,2000,20.00,50.0,99.00,2000,10.0000,"
    "500.0,ok 4.5e-03 of 64 rows\n"
    "flash,1,8,8,1024,1024,64,64,1,bf16,,50.00,49.00,52.00,50,1600,20.00,100.0,49.00,1600,5.0000,"
    "500.0,ok 4.5e-03 of 64 rows\n"
    "flash,1,8,8,4096,4096,64,64,1,bf16,,800.00,790.00,810.00,50,1600,25.00,25.0,800.00,1600,0,0,"
    "ok 4.5e-03 of 64 rows\n"
    "window,2,8,2,4096,4096,64,64,1,bf16,window=512 sinks=4,200.00,190.00,210.00,50,1800,10.00,"
    "80.0,200.00,1800,20.0000,500.0,ok 4.5e-03 of 64 rows\n"
    "decode,4,8,2,1,1500,64,64,0,bf16,,10.00,9.00,12.00,50,2000,1.00,900.0,9.00,2000,1.0000,400.0,"
    "ok 4.5e-03 of 64 rows\n"
    "mystery,1,8,8,1024,1024,64,64,0,bf16,,7.00,6.00,8.00,50,2000,1.00,100.0,7.00,2000,1.0000,"
    "400.0,ok\n"
    "flash,1,8,8,8192,8192,64,64,0,,,,,,,,,,,,,,\"error: out of memory, \"\"2\"\" of 1 GiB\"\n";

inline MeasuredTable example_measurements() {
  return read_measured(CsvTable::parse(example_measured_csv, "m.csv"));
}

/// 10% too slow, the window 40% too fast; at 1.8 GHz; knows no mystery.
inline Prediction example_prediction(const Measurement& row) {
  if (row.kernel == "mystery") throw InputError("not simulated", "no mapping gpu/mystery");
  Prediction model;
  model.seconds = row.seconds() * (row.kernel == "window" ? 0.6 : 1.1);
  model.clock_hz = 1.8e9;
  model.cycles = static_cast<std::int64_t>(model.seconds * model.clock_hz + 0.5);
  model.bound_seconds = model.seconds / 2;
  model.bound_cycles = model.cycles / 2;
  model.bound_by = row.rank("P") == 1 ? "hbm" : "tensor";
  model.busy = {{"tensor", row.rank("P") == 1 ? 0.1 : 0.5}, {"hbm", 0.5}, {"idle", 0}};
  model.energy_pj = row.energy_mj.value_or(1) * 0.8e9;
  return model;
}

inline MeasuredStudy example_measured_study() {
  MeasuredStudy study;
  study.table = example_measurements();
  study.arch = "gpu/example";
  study.clock_hz = 2e9;
  study.machine = report::Roofline{"example", 40e12, 1e12};
  study.rows = predict_rows(study.table.rows, example_prediction, 1);
  for (auto& row : study.rows) {
    row.family = row.measured.rank("P") == 1 ? "dense decode" : "prefill";
    row.roofline_s = roofline_seconds(row.measured, *study.machine);
    if (row.simulated) row.command = "attnsim simulate --mapping gpu/" + row.measured.kernel;
  }
  study.table.rows.clear();
  return study;
}

}  // namespace attnsim::validation
