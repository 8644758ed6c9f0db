#include "validation/measured_parts.h"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "report/human.h"
#include "validation/chart_parts.h"

namespace attnsim::validation {
namespace {

using report::Json;

/// Told apart on light and on dark paper, and by readers who confuse red with green; where they
/// are used up, the next shape begins.
constexpr std::array<const char*, 8> colours{"#4a7fd4", "#dd8e1b", "#2f9e8f", "#b5457f",
                                             "#7d63c9", "#6b9a2d", "#a0664a", "#8b939c"};
constexpr std::array<const char*, 4> shapes{"circle", "triangle-up", "square", "diamond"};

std::string time_text(double seconds) { return report::human_seconds(seconds); }

std::string with_error(const std::string& value, std::optional<double> error) {
  return error ? value + " (" + error_text(error) + ")" : value;
}

void add_prediction(const ComparedMeasurement& row, Json& value) {
  const auto& model = *row.simulated;
  value["simulated_us"] = drawn(model.seconds * 1e6);
  value["error"] = drawn(measured_error::time.of(row));
  value["simulated"] = with_error(time_text(model.seconds), measured_error::time.of(row));
  value["cycles"] = with_error(report::grouped(model.cycles), measured_error::cycles.of(row));
  value["bound"] = with_error(time_text(model.bound_seconds), measured_error::bound.of(row));
  value["bound_by"] = model.bound_by;
  value["energy"] =
      with_error(report::human_energy(model.energy_pj), measured_error::energy.of(row));
}

}  // namespace

std::string error_text(std::optional<double> error) {
  return error ? fmt::format("{:+.1f}%", *error * 100) : "-";
}

Json row_value(const ComparedMeasurement& row) {
  const auto& measured = row.measured;
  Json value{{"kernel", measured.kernel},
             {"shape", shape_text(measured)},
             {"measured_us", drawn(measured.median_us)},
             {"measured", fmt::format("{} at {:.0f} MHz", time_text(measured.seconds()),
                                      measured.sm_clock_mhz)}};
  if (row.roofline_s) {
    value["roofline"] = with_error(time_text(*row.roofline_s), measured_error::roofline.of(row));
  }
  if (measured.energy_mj) {
    value["measured_energy"] = report::human_energy(*measured.energy_mj * 1e9);
  }
  if (row.simulated) add_prediction(row, value);
  return value;
}

Json row_tips() {
  return Json::array({tip("kernel", "kernel"), tip("shape", "shape"), tip("measured", "measured"),
                      tip("simulated", "simulated"), tip("cycles", "simulated cycles"),
                      tip("bound", "bound of the mapping"), tip("bound_by", "bound by"),
                      tip("roofline", "roofline"), tip("measured_energy", "measured energy"),
                      tip("energy", "simulated energy")});
}

Json kernel_names(const MeasuredStudy& study) {
  Json names = Json::array();
  for (const auto& group : by_kernel(study).groups) names.push_back(group.name);
  return names;
}

void add_kernel_marks(const MeasuredStudy& study, Json& encoding) {
  const auto names = kernel_names(study);
  Json colour_range = Json::array();
  Json shape_range = Json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    colour_range.push_back(colours.at(i % colours.size()));
    shape_range.push_back(shapes.at(i / colours.size() % shapes.size()));
  }
  const Json legend{{"title", nullptr}, {"symbolOpacity", 1}};
  encoding["color"] = {{"field", "kernel"},
                       {"type", "nominal"},
                       {"scale", {{"domain", names}, {"range", colour_range}}},
                       {"legend", legend}};
  encoding["shape"] = {{"field", "kernel"},
                       {"type", "nominal"},
                       {"scale", {{"domain", names}, {"range", shape_range}}},
                       {"legend", legend}};
}

Json powers_axis(const char* field, const char* title, double least, double most) {
  Json ticks = Json::array();
  const auto last = std::lround(std::floor(std::log10(most)));
  for (auto power = std::lround(std::ceil(std::log10(least))); power <= last; ++power) {
    ticks.push_back(drawn(std::pow(10.0, power)));
  }
  return {{"field", field},
          {"type", "quantitative"},
          {"title", title},
          {"scale", {{"type", "log"}, {"domain", {drawn(least), drawn(most)}}, {"nice", false}}},
          {"axis", {{"format", "~s"}, {"values", std::move(ticks)}}}};
}

int kernels_in(const Json& values) {
  std::set<std::string> kernels;
  for (const auto& value : values) kernels.insert(value["kernel"]);
  return static_cast<int>(kernels.size());
}

}  // namespace attnsim::validation
