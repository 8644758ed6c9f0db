#pragma once

#include <string>

#include "validation/study.h"

/// A made-up study with one of everything that a page shows: figures that agree, figures that do
/// not, a row that failed, and text that HTML would take for markup.
namespace attnsim::validation {

inline ComparedRow example_row(const std::string& configuration, const std::string& model,
                               const std::string& length, double latency_s) {
  ComparedRow row;
  row.key = {configuration, model, length, {}};
  row.published.latency_s = latency_s;
  row.published.traffic_bytes = latency_s * 1e9;
  row.published.energy_pj = latency_s * 1e14;
  row.ours = row.published;
  row.ours.latency_s = latency_s * 1.002;
  row.ours.energy_pj = latency_s * 1.2e14;
  row.recounted_energy_pj = latency_s * 1e14;
  row.cycles = 1000;
  row.bound_cycles = 990;
  row.bound_by = "array1d";
  row.wall_seconds = 0.02;
  return row;
}

inline ComparedRow example_attention_row(const std::string& configuration, const std::string& model,
                                         const std::string& length, double latency_s) {
  auto row = example_row(configuration, model, length, latency_s);
  for (auto* const figures : {&row.published, &row.ours}) {
    figures->utilization_1d = 1 / (1 + latency_s);
    figures->utilization_2d = 0.5 / (1 + latency_s);
    if (configuration != "unfused") figures->einsum_utilization = {{"QK", 0.2}, {"SLNV", 0.25}};
  }
  return row;
}

inline ComparedRow example_pareto_row(const std::string& model, std::int64_t pes) {
  auto row = example_row("pareto", model, "4K", 1000.0 / static_cast<double>(pes * pes));
  row.key.pe_dimension = pes;
  row.published.area_um2 = 2e4 * static_cast<double>(pes * pes);
  row.ours.area_um2 = 2.1e4 * static_cast<double>(pes * pes);
  return row;
}

inline StudyResult example_study() {
  StudyResult study;
  study.name = "example";
  study.title = "Example <b>study</b>";
  study.source = "Made up & not published";
  study.configuration_titles = {{"unfused", "Unfused"}, {"binding", "+Binding"}};
  double scale = 1;
  for (const auto* const model : {"bert", "xlm"}) {
    for (const auto* const length : {"1K", "4K", "1M"}) {
      scale *= 2;
      study.rows.push_back(example_attention_row("unfused", model, length, 0.08 * scale));
      study.rows.push_back(example_attention_row("flat", model, length, 0.04 * scale));
      study.rows.push_back(example_attention_row("binding", model, length, 0.01 * scale));
      study.rows.push_back(example_row("linear_flat", model, length, 0.02 * scale));
      study.rows.push_back(example_row("linear_fusemax", model, length, 0.02 * scale));
    }
    for (const int pes : {16, 64}) study.rows.push_back(example_pareto_row(model, pes));
  }
  auto& failed = study.rows[1];  // flat, bert, 1K
  failed.ours = {};
  failed.recounted_energy_pj.reset();
  failed.cycles = failed.bound_cycles = 0;
  failed.failure = "flat.xml:8:1: </script> does not fit";
  study.headlines = {{"speedup", 6.7, 6.72, 6.71, {}}, {"energy", 0.79, 0.7875, 0.788, 0.93}};
  study.corrections = {{"energy", "registers of one PE", "one of all is charged", 0.95, 0.162},
                       {"energy", "a lost action", "it costs nothing", 0.93, -0.02}};
  return study;
}

}  // namespace attnsim::validation
