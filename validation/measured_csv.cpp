#include "validation/measured_csv.h"

#include <fmt/format.h>

#include "report/csv_cells.h"
#include "validation/measured_errors.h"

namespace attnsim::validation {
namespace {

using report::cell;
using report::quoted;
using report::text_cell;

constexpr double micro = 1e6;

std::string header() {
  std::string line =
      "kernel,B,H,J,P,M,E,F,causal,dtype,extra,measured_us,p10_us,p90_us,sm_clock_mhz,"
      "measured_cycles,simulated_us,simulated_cycles,bound_us,roofline_us,measured_mj,"
      "simulated_mj";
  for (const auto& error : measured_errors()) line += fmt::format(",{}_error", error.name);
  return line + ",bound_by,bound_busy,failure,command\n";
}

std::optional<double> scaled(const std::optional<double>& value, double scale) {
  if (!value) return std::nullopt;
  return *value * scale;
}

std::string shape_cells(const Measurement& row) {
  auto text = text_cell(row.kernel);
  for (const auto* const rank : {"B", "H", "J", "P", "M", "E", "F"}) {
    text += fmt::format(",{}", row.rank(rank));
  }
  std::string extra;
  for (const auto& [name, value] : row.parameters) {
    extra += fmt::format("{}{}={}", extra.empty() ? "" : " ", name, value);
  }
  return text + fmt::format(",{:d},{},{}", row.causal, text_cell(row.dtype), text_cell(extra));
}

std::string bound_cells(const Prediction& simulated) {
  const auto busy = simulated.busy.find(simulated.bound_by);
  const auto share =
      busy == simulated.busy.end() ? std::nullopt : std::optional<double>(busy->second);
  return "," + text_cell(simulated.bound_by) + cell(share);
}

std::string line_of(const ComparedMeasurement& row) {
  const auto& measured = row.measured;
  const auto& simulated = row.simulated;
  const auto from_model = [&](auto value) {
    return cell(simulated ? std::optional<double>(value(*simulated)) : std::nullopt);
  };
  auto line = shape_cells(measured) + cell(measured.median_us) + cell(measured.p10_us) +
              cell(measured.p90_us) + cell(measured.sm_clock_mhz) + cell(measured.cycles());
  line += from_model([](const Prediction& model) { return model.seconds * micro; });
  line += from_model([](const Prediction& model) { return static_cast<double>(model.cycles); });
  line += from_model([](const Prediction& model) { return model.bound_seconds * micro; });
  line += cell(scaled(row.roofline_s, micro)) + cell(measured.energy_mj);
  line += from_model([](const Prediction& model) { return model.energy_pj * 1e-9; });
  for (const auto& error : measured_errors()) line += cell(error.of(row));
  line += simulated ? bound_cells(*simulated) : ",,";
  line += "," + (row.failure.empty() ? "" : quoted(row.failure));
  return line + "," + (row.command.empty() ? "" : quoted(row.command)) + "\n";
}

}  // namespace

std::string measured_csv(const MeasuredStudy& study) {
  auto text = header();
  for (const auto& row : study.rows) text += line_of(row);
  return text;
}

}  // namespace attnsim::validation
