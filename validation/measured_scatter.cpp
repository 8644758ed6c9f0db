#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "validation/chart_parts.h"
#include "validation/measured_charts.h"
#include "validation/measured_parts.h"

namespace attnsim::validation {
namespace {

using report::HtmlChart;
using report::Json;

Json simulated_values(const MeasuredStudy& study) {
  Json values = Json::array();
  for (const auto& row : study.rows) {
    if (row.simulated) values.push_back(row_value(row));
  }
  return values;
}

/// Widened by what is in the field; starts empty.
struct Reach {
  double least = 0;
  double most = 0;

  void take(double value) {
    if (value <= 0) return;
    least = least == 0 ? value : std::min(least, value);
    most = std::max(most, value);
  }
  void take(const Json& values, const char* field) {
    for (const auto& value : values) take(value[field].get<double>());
  }
  /// With room around it.
  [[nodiscard]] Reach widened(double factor) const { return {least / factor, most * factor}; }
};

constexpr double margin = 1.4;

Json points(double opacity) {
  return {{"type", "point"}, {"filled", true}, {"size", 42}, {"opacity", opacity}};
}

/// Lines at simulated = factor x measured.
Json ratio_lines(const Reach& reach) {
  Json values = Json::array();
  for (const double factor : {0.9, 1.0, 1.1}) {
    for (const double at : {reach.least, reach.most}) {
      values.push_back({{"line", fmt::format("{}", factor)},
                        {"measured_us", drawn(at)},
                        {"simulated_us", drawn(at * factor)}});
    }
  }
  return {
      {"data", {{"values", std::move(values)}}},
      {"mark", {{"type", "line"}, {"clip", true}, {"strokeWidth", 1}, {"opacity", 0.7}}},
      {"encoding",
       {{"detail", {{"field", "line"}}},
        {"strokeDash",
         {{"condition", {{"test", "datum.line === '1'"}, {"value", {1, 0}}}}, {"value", {4, 3}}}},
        {"color", nullptr},
        {"shape", nullptr},
        {"tooltip", nullptr}}}};
}

/// Lines across at no error and at the aim to either side.
Json error_lines(const char* channel) {
  Json values = Json::array();
  for (const double at : {-total_limit, 0.0, total_limit}) values.push_back({{"at", at}});
  Json encoding{
      {"color", nullptr},
      {"shape", nullptr},
      {"tooltip", nullptr},
      {"x", nullptr},
      {"y", nullptr},
      {"strokeDash",
       {{"condition", {{"test", "datum.at === 0"}, {"value", {1, 0}}}}, {"value", {4, 3}}}}};
  encoding[channel] = {{"field", "at"}, {"type", "quantitative"}};
  return {{"data", {{"values", std::move(values)}}},
          {"mark", {{"type", "rule"}}},
          {"encoding", std::move(encoding)}};
}

Json error_axis(const Json& values) {
  double least = -2 * total_limit;
  double most = 2 * total_limit;
  for (const auto& value : values) {
    least = std::min(least, value["error"].get<double>() - 0.03);
    most = std::max(most, value["error"].get<double>() + 0.03);
  }
  return {{"field", "error"},
          {"type", "quantitative"},
          {"title", "error of the simulated time"},
          {"scale", {{"domain", {drawn(least), drawn(most)}}, {"nice", false}}},
          {"axis", {{"format", "+~%"}, {"tickCount", 7}}}};
}

}  // namespace

std::optional<HtmlChart> time_scatter(const MeasuredStudy& study) {
  auto values = simulated_values(study);
  if (values.empty()) return std::nullopt;
  Reach reach;
  reach.take(values, "measured_us");
  reach.take(values, "simulated_us");
  reach = reach.widened(margin);
  Json encoding{{"x", powers_axis("measured_us", "measured (us)", reach.least, reach.most)},
                {"y", powers_axis("simulated_us", "simulated (us)", reach.least, reach.most)},
                {"tooltip", row_tips()}};
  add_kernel_marks(study, encoding);
  auto spec = wide_chart(440);
  spec["data"] = {{"values", std::move(values)}};
  spec["encoding"] = std::move(encoding);
  spec["layer"] = Json::array({ratio_lines(reach), {{"mark", points(0.75)}}});
  return HtmlChart{"Simulated over measured time",
                   "A mark is a row. Line: as measured; dashed: 10% to either side. Both axes are "
                   "logarithmic.",
                   std::move(spec)};
}

std::optional<HtmlChart> error_over_time(const MeasuredStudy& study) {
  auto values = simulated_values(study);
  if (values.empty()) return std::nullopt;
  Reach reach;
  reach.take(values, "measured_us");
  reach = reach.widened(margin);
  Json encoding{{"x", powers_axis("measured_us", "measured (us)", reach.least, reach.most)},
                {"y", error_axis(values)},
                {"tooltip", row_tips()}};
  add_kernel_marks(study, encoding);
  auto spec = wide_chart(320);
  spec["data"] = {{"values", std::move(values)}};
  spec["encoding"] = std::move(encoding);
  spec["layer"] = Json::array({error_lines("y"), {{"mark", points(0.75)}}});
  return HtmlChart{"Error over the measured time",
                   "Above the line the simulation is too slow, below it too fast; dashed: 10%.",
                   std::move(spec)};
}

std::optional<HtmlChart> error_by_kernel(const MeasuredStudy& study) {
  auto values = simulated_values(study);
  if (values.empty()) return std::nullopt;
  Json names = Json::array();
  for (const auto& group : by_kernel(study).groups) {
    const auto statistics = statistics_of(study, group.rows, measured_error::time);
    if (statistics.rows == 0) continue;
    const auto label = fmt::format("{}  {:.1f}%", group.name, statistics.mape * 100);
    names.push_back(label);
    for (auto& value : values) {
      if (value["kernel"] == group.name) value["label"] = label;
    }
  }
  Json encoding{
      {"y",
       {{"field", "label"},
        {"type", "nominal"},
        {"sort", names},
        {"title", nullptr},
        {"axis", {{"grid", true}, {"ticks", false}, {"domain", false}, {"labelLimit", 190}}}}},
      {"x", error_axis(values)},
      {"tooltip", row_tips()}};
  add_kernel_marks(study, encoding);
  for (const auto* const channel : {"color", "shape"}) encoding[channel]["legend"] = nullptr;
  constexpr int height_of_a_line = 26;
  auto spec = wide_chart(height_of_a_line * kernels_in(values));
  spec["data"] = {{"values", std::move(values)}};
  spec["encoding"] = std::move(encoding);
  const Json middle{{"mark", {{"type", "tick"}, {"thickness", 2.5}, {"size", 18}}},
                    {"encoding",
                     {{"x", {{"aggregate", "median"}, {"field", "error"}}},
                      {"color", nullptr},
                      {"shape", nullptr},
                      {"tooltip", nullptr}}}};
  spec["layer"] = Json::array({error_lines("x"), {{"mark", points(0.5)}}, middle});
  return HtmlChart{"Error of the simulated time by kernel",
                   "A mark is a row, the bar their median; behind the name stands the MAPE. "
                   "Dashed: 10%.",
                   std::move(spec)};
}

namespace {

/// What a row does a second, measured and simulated, over what it does a byte.
Json roofline_values(const MeasuredStudy& study, Reach& across, Reach& up) {
  Json values = Json::array();
  for (const auto& row : study.rows) {
    const auto operations = row.measured.operations();
    const auto bytes = row.measured.bytes();
    if (!operations || !bytes) continue;
    auto value = row_value(row);
    const auto intensity = *operations / *bytes;
    const auto measured = *operations / row.measured.seconds();
    across.take(intensity);
    up.take(measured);
    value["intensity"] = drawn(intensity);
    value["measured_rate"] = drawn(measured);
    if (row.simulated) {
      const auto simulated = *operations / row.simulated->seconds;
      up.take(simulated);
      value["simulated_rate"] = drawn(simulated);
    }
    values.push_back(std::move(value));
  }
  return values;
}

Json roof(const report::Roofline& machine, const Reach& across) {
  Json values = Json::array();
  for (const auto at : {across.least, machine.balance(), across.most}) {
    values.push_back({{"intensity", drawn(at)}, {"measured_rate", drawn(machine.attainable(at))}});
  }
  return {{"data", {{"values", std::move(values)}}},
          {"mark", {{"type", "line"}, {"strokeWidth", 1.6}, {"clip", true}}},
          {"encoding", {{"color", nullptr}, {"shape", nullptr}, {"tooltip", nullptr}}}};
}

Json roofline_layers(const report::Roofline& machine, const Reach& across) {
  const Json link{{"transform", Json::array({{{"filter", "isValid(datum.simulated_rate)"}}})},
                  {"mark", {{"type", "rule"}, {"opacity", 0.5}, {"strokeWidth", 1}}},
                  {"encoding", {{"y2", {{"field", "simulated_rate"}}}, {"shape", nullptr}}}};
  const Json rings{{"mark", {{"type", "point"}, {"size", 60}, {"strokeWidth", 1.3}}}};
  const Json dots{{"transform", Json::array({{{"filter", "isValid(datum.simulated_rate)"}}})},
                  {"mark", points(0.9)},
                  {"encoding",
                   {{"y", {{"field", "simulated_rate"}, {"type", "quantitative"}}},
                    {"size", {{"value", 16}}}}}};
  return Json::array({roof(machine, across), link, rings, dots});
}

}  // namespace

std::optional<HtmlChart> measured_roofline(const MeasuredStudy& study) {
  if (!study.machine) return std::nullopt;
  Reach across;
  Reach up;
  auto values = roofline_values(study, across, up);
  if (values.empty()) return std::nullopt;
  across.take(study.machine->balance() * 2);
  up.take(study.machine->operations_per_second);
  across = across.widened(margin);
  up = up.widened(margin);
  Json encoding{{"x", powers_axis("intensity", "operations a byte", across.least, across.most)},
                {"y", powers_axis("measured_rate", "operations a second", up.least, up.most)},
                {"tooltip", row_tips()}};
  add_kernel_marks(study, encoding);
  auto spec = wide_chart(440);
  spec["data"] = {{"values", std::move(values)}};
  spec["encoding"] = std::move(encoding);
  spec["layer"] = roofline_layers(*study.machine, across);
  return HtmlChart{
      fmt::format("Roofline of {}", study.machine->name),
      "Outline: measured; dot: simulated, joined to it. Operations are those of the products that "
      "the mask leaves, bytes each input and output once. Line: what the machine can do at best.",
      std::move(spec)};
}

}  // namespace attnsim::validation
