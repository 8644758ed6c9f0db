#include "validation/measured_charts.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "report/human.h"
#include "validation/chart_parts.h"
#include "validation/measured_parts.h"

namespace attnsim::validation {
namespace {

using report::HtmlChart;
using report::Json;

constexpr int height_of_a_line = 26;

Json kernel_axis(const MeasuredStudy& study) {
  return {{"field", "kernel"},
          {"type", "nominal"},
          {"sort", kernel_names(study)},
          {"title", nullptr},
          {"axis", {{"ticks", false}, {"domain", false}, {"labelLimit", 150}}}};
}

/// Who predicts, in the order in which the bars stand, and what a reader calls it.
struct Predictor {
  const MeasuredError& error;
  const char* name;
  const char* colour;
};
const std::vector<Predictor>& predictors() {
  static const std::vector<Predictor> all{
      {measured_error::time, "simulation", "#4a7fd4"},
      {measured_error::bound, "bound of the mapping", "#dd8e1b"},
      {measured_error::roofline, "roofline", "#8b939c"}};
  return all;
}

Json earned_values(const MeasuredStudy& study) {
  Json values = Json::array();
  for (const auto& group : by_kernel(study).groups) {
    for (const auto& predictor : predictors()) {
      const auto statistics = statistics_of(study, group.rows, predictor.error);
      if (statistics.rows == 0) continue;
      values.push_back({{"kernel", group.name},
                        {"by", predictor.name},
                        {"mape", drawn(statistics.mape)},
                        {"mape_text", report::percent(statistics.mape)},
                        {"median", report::percent(statistics.median)},
                        {"bias", error_text(statistics.bias)},
                        {"worst", error_text(statistics.worst)},
                        {"rows", statistics.rows}});
    }
  }
  return values;
}

/// A text in a map's cell that is read on any colour of it.
Json cell_text(const char* field) {
  return {{"mark", {{"type", "text"}, {"fontSize", 11}}},
          {"encoding", {{"text", {{"field", field}}}, {"color", nullptr}}}};
}

Json map_layers(const char* text, Json colour) {
  return Json::array({{{"mark", {{"type", "rect"}}}, {"encoding", {{"color", std::move(colour)}}}},
                      cell_text(text)});
}

}  // namespace

std::optional<HtmlChart> earned_chart(const MeasuredStudy& study) {
  auto values = earned_values(study);
  if (values.empty()) return std::nullopt;
  Json names = Json::array();
  Json range = Json::array();
  for (const auto& predictor : predictors()) {
    names.push_back(predictor.name);
    range.push_back(predictor.colour);
  }
  constexpr int height_of_a_kernel = 38;
  auto spec = wide_chart(height_of_a_kernel * kernels_in(values));
  spec["data"] = {{"values", std::move(values)}};
  spec["mark"] = {{"type", "bar"}};
  spec["encoding"] = {
      {"y", kernel_axis(study)},
      {"yOffset", {{"field", "by"}, {"type", "nominal"}, {"sort", names}}},
      {"x",
       {{"field", "mape"},
        {"type", "quantitative"},
        {"title", "MAPE of the time"},
        {"axis", {{"format", "~%"}, {"tickCount", 6}}}}},
      {"color",
       {{"field", "by"},
        {"type", "nominal"},
        {"scale", {{"domain", names}, {"range", range}}},
        {"legend", {{"title", nullptr}}}}},
      {"tooltip", Json::array({tip("kernel", "kernel"), tip("by", "by"), tip("rows", "rows"),
                               tip("mape_text", "MAPE"), tip("median", "median"),
                               tip("bias", "bias"), tip("worst", "worst")})}};
  return HtmlChart{"What the simulation adds to a bound",
                   "The roofline knows the problem and the machine's peaks, the bound also the "
                   "mapping, the simulation also who waits for whom.",
                   std::move(spec)};
}

std::optional<HtmlChart> error_map(const MeasuredStudy& study) {
  const auto keys = by_keys(study);
  Json values = Json::array();
  Json lengths = Json::array();
  double reach = 2 * total_limit;
  for (const auto& length : keys.groups) {
    lengths.push_back(length.name);
    for (const auto& kernel : by_kernel(study, length.rows).groups) {
      const auto statistics = statistics_of(study, kernel.rows, measured_error::time);
      if (statistics.rows == 0) continue;
      reach = std::max(reach, std::min(1.0, std::abs(statistics.bias)));
      values.push_back({{"kernel", kernel.name},
                        {"keys", length.name},
                        {"bias", drawn(statistics.bias)},
                        {"text", fmt::format("{:+.0f}", statistics.bias * 100)},
                        {"bias_text", error_text(statistics.bias)},
                        {"mape", report::percent(statistics.mape)},
                        {"worst", error_text(statistics.worst)},
                        {"rows", statistics.rows}});
    }
  }
  if (values.empty()) return std::nullopt;
  Json colour{{"field", "bias"},
              {"type", "quantitative"},
              {"scale",
               {{"domain", {drawn(-reach), 0, drawn(reach)}},
                {"range", {"#4a7fd4", "#4a7fd400", "#dd8e1b"}},
                {"clamp", true}}},
              {"legend", nullptr}};
  auto spec = wide_chart(height_of_a_line * kernels_in(values));
  spec["data"] = {{"values", std::move(values)}};
  spec["encoding"] = {{"y", kernel_axis(study)},
                      {"x",
                       {{"field", "keys"},
                        {"type", "ordinal"},
                        {"sort", lengths},
                        {"title", "keys (M)"},
                        {"axis", {{"labelAngle", 0}, {"ticks", false}, {"domain", false}}}}},
                      {"tooltip", Json::array({tip("kernel", "kernel"), tip("keys", "keys"),
                                               tip("rows", "rows"), tip("bias_text", "bias"),
                                               tip("mape", "MAPE"), tip("worst", "worst")})}};
  spec["layer"] = map_layers("text", std::move(colour));
  return HtmlChart{"Where the simulation is off",
                   "Mean error of the simulated time in percent, by kernel and keys: orange where "
                   "it is too slow, blue where too fast.",
                   std::move(spec)};
}

std::optional<HtmlChart> busy_map(const MeasuredStudy& study) {
  Json values = Json::array();
  Json units = Json::array();
  for (const auto& share : shares_of(study, all_rows_of(study))) units.push_back(share.unit);
  for (const auto& group : by_kernel(study).groups) {
    for (const auto& share : shares_of(study, group.rows)) {
      values.push_back({{"kernel", group.name},
                        {"unit", share.unit},
                        {"busy", drawn(share.busy)},
                        {"text", fmt::format("{:.0f}", share.busy * 100)},
                        {"busy_text", report::percent(share.busy)},
                        {"bounds", share.bounds}});
    }
  }
  if (values.empty()) return std::nullopt;
  Json colour{{"field", "busy"},
              {"type", "quantitative"},
              {"scale", {{"domain", {0, 1}}, {"range", {"#2f9e8f00", "#2f9e8f"}}}},
              {"legend", nullptr}};
  auto spec = wide_chart(height_of_a_line * kernels_in(values));
  spec["data"] = {{"values", std::move(values)}};
  spec["encoding"] = {
      {"y", kernel_axis(study)},
      {"x",
       {{"field", "unit"},
        {"type", "nominal"},
        {"sort", units},
        {"title", nullptr},
        {"axis", {{"ticks", false}, {"domain", false}, {"labelAngle", -35}, {"labelLimit", 140}}}}},
      {"tooltip",
       Json::array({tip("kernel", "kernel"), tip("unit", "unit"),
                    tip("busy_text", "busy in the mean"), tip("bounds", "rows that it bounds")})}};
  spec["layer"] = map_layers("text", std::move(colour));
  return HtmlChart{"Where the time goes in the model",
                   "Share of the cycles, in percent, that a unit, memory port or channel is busy: "
                   "mean over a kernel's rows.",
                   std::move(spec)};
}

}  // namespace attnsim::validation
