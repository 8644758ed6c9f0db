#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "report/human.h"
#include "validation/chart_parts.h"
#include "validation/study_charts.h"
#include "validation/study_tables.h"

namespace attnsim::validation {
namespace {

using report::HtmlChart;
using report::Json;

Json model_colour(const StudyResult& study) {
  return {{"field", "model"},
          {"type", "nominal"},
          {"scale", model_scale(study)},
          {"legend", {{"title", nullptr}, {"symbolOpacity", 1}}}};
}

// ---- area against latency

Json pareto_value(const ComparedRow& row, Side side) {
  const auto& own = side == Side::ours ? row.ours : row.published;
  constexpr double square_millimetres = 1e-6;
  const auto text = [](std::optional<double> seconds) {
    return seconds ? report::human_seconds(*seconds) : std::string("-");
  };
  return {
      {"model", model_title(row.key.model)},
      {"side", side == Side::ours ? "ours" : "published"},
      {"pes", fmt::format("{0} x {0}", *row.key.pe_dimension)},
      {"area", drawn(*own.area_um2 * square_millimetres)},
      {"latency", drawn(*own.latency_s)},
      {"published", text(row.published.latency_s)},
      {"ours", text(row.ours.latency_s)},
      {"error", signed_percent(relative_error(row.ours.latency_s, row.published.latency_s))},
      {"area_error", signed_percent(relative_error(row.ours.area_um2, row.published.area_um2))}};
}

Json pareto_values(const StudyResult& study) {
  Json values = Json::array();
  for (const auto& row : study.rows) {
    if (!row.key.pe_dimension) continue;
    for (const auto side : {Side::published, Side::ours}) {
      const auto& own = side == Side::ours ? row.ours : row.published;
      if (own.area_um2 && own.latency_s) values.push_back(pareto_value(row, side));
    }
  }
  return values;
}

/// A logarithmic axis around the values, with a line at each power of ten.
Json log_axis(const Json& values, const char* field, const char* title) {
  double low = values.front()[field];
  double high = low;
  for (const auto& value : values) {
    low = std::min(low, value[field].get<double>());
    high = std::max(high, value[field].get<double>());
  }
  constexpr double margin = 1.8;
  Json ticks = Json::array();
  const auto last = std::lround(std::floor(std::log10(high * margin)));
  for (auto power = std::lround(std::ceil(std::log10(low / margin))); power <= last; ++power) {
    ticks.push_back(drawn(std::pow(10.0, power)));
  }
  return {
      {"field", field},
      {"type", "quantitative"},
      {"title", title},
      {"scale",
       {{"type", "log"}, {"domain", {drawn(low / margin), drawn(high * margin)}}, {"nice", false}}},
      {"axis", {{"format", ","}, {"values", std::move(ticks)}}}};
}

/// The size of the array, written over the slowest of the points that have it.
void add_labels(Json& values) {
  std::map<std::string, Json*> slowest;
  for (auto& value : values) {
    auto& label = slowest[value["pes"]];
    if (label == nullptr || value["latency"] > (*label)["latency"]) label = &value;
  }
  for (auto& [pes, value] : slowest) (*value)["label"] = pes;
}

Json only(const char* side) {
  return Json::array({{{"filter", fmt::format("datum.side === '{}'", side)}}});
}

Json pareto_layers(const char* connected) {
  const Json rings{{"transform", only("published")},
                   {"mark", {{"type", "point"}, {"size", 110}, {"strokeWidth", 1.4}}}};
  const Json dots{{"transform", only("ours")},
                  {"mark", {{"type", "point"}, {"filled", true}, {"size", 38}, {"opacity", 1}}}};
  const Json line{{"transform", only(connected)},
                  {"mark", {{"type", "line"}, {"strokeWidth", 1}, {"opacity", 0.6}}},
                  {"encoding", {{"order", {{"field", "area"}, {"type", "quantitative"}}}}}};
  const Json labels{{"transform", Json::array({{{"filter", "isValid(datum.label)"}}})},
                    {"mark", {{"type", "text"}, {"dy", -14}}},
                    {"encoding", {{"text", {{"field", "label"}}}, {"color", nullptr}}}};
  return Json::array({line, rings, dots, labels});
}

// ---- errors

Json error_values(const StudyResult& study, const Measure& measure, double& largest) {
  Json values = Json::array();
  for (const auto& row : study.rows) {
    const auto published = value_of(row, measure, Side::published);
    const auto ours = value_of(row, measure, Side::ours);
    const auto error = relative_error(ours, published);
    if (!error) continue;
    largest = std::max(largest, std::fabs(*error));
    values.push_back(
        {{"configuration", configuration_title(study, row.key.configuration)},
         {"model", model_title(row.key.model)},
         {"length", row.key.sequence_length},
         {"error", drawn(*error)},
         {"published",
          measured(published, measure) + (measure.unit.empty() ? "" : " " + measure.unit)},
         {"ours", measured(ours, measure) + (measure.unit.empty() ? "" : " " + measure.unit)},
         {"error_text", signed_percent(error)}});
  }
  return values;
}

Json error_encoding(const StudyResult& study, const Json& configurations, double reach) {
  return {{"y",
           {{"field", "configuration"},
            {"type", "nominal"},
            {"sort", configurations},
            {"title", nullptr},
            {"axis", {{"grid", true}, {"ticks", false}, {"domain", false}, {"labelLimit", 130}}}}},
          {"x",
           {{"field", "error"},
            {"type", "quantitative"},
            {"title", "error, ours against published"},
            {"scale", {{"domain", {-reach, reach}}, {"nice", false}}},
            {"axis", {{"format", "+~%"}, {"tickCount", 4}}}}},
          {"color", model_colour(study)},
          {"tooltip", Json::array({tip("configuration", "configuration"), tip("model", "model"),
                                   tip("length", "sequence length"), tip("published", "published"),
                                   tip("ours", "ours"), tip("error_text", "error")})}};
}

}  // namespace

std::optional<HtmlChart> pareto_chart(const StudyResult& study) {
  auto values = pareto_values(study);
  if (values.empty()) return std::nullopt;
  add_labels(values);
  const bool has_ours = std::any_of(values.begin(), values.end(),
                                    [](const Json& value) { return value["side"] == "ours"; });
  Json encoding{
      {"x", log_axis(values, "area", "area (mm²)")},
      {"y", log_axis(values, "latency", "latency (s)")},
      {"color", model_colour(study)},
      {"tooltip", Json::array({tip("model", "model"), tip("pes", "2D array"),
                               tip("published", "published latency"), tip("ours", "our latency"),
                               tip("error", "error of the latency"),
                               tip("area_error", "error of the area")})}};
  Json spec{{"data", {{"values", std::move(values)}}},
            {"width", "container"},
            {"height", 340},
            {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
            {"encoding", std::move(encoding)},
            {"layer", pareto_layers(has_ours ? "ours" : "published")}};
  return HtmlChart{"Area and latency over the size of the arrays (paper: Fig. 12)",
                   "Rings: published. Dots: ours. Both axes are logarithmic.", std::move(spec)};
}

std::optional<HtmlChart> error_chart(const StudyResult& study) {
  Json panels = Json::array();
  for (const auto& measure : measures()) {
    double largest = 0;
    auto values = error_values(study, measure, largest);
    if (values.empty()) continue;
    Json configurations = Json::array();
    for (const auto& value : values) {
      add_once(configurations, value["configuration"]);
    }
    // Never so near that rounding errors look like errors.
    const double reach = std::max(0.001, 1.08 * largest);
    panels.push_back({{"title", measure.title},
                      {"data", {{"values", std::move(values)}}},
                      {"width", 215},
                      {"height", {{"step", 22}}},
                      {"mark", {{"type", "point"}, {"size", 34}, {"opacity", 0.75}}},
                      {"encoding", error_encoding(study, configurations, reach)}});
  }
  if (panels.empty()) return std::nullopt;
  Json spec{{"usermeta", {{"panel_width", 375}}},
            {"columns", 3},
            {"spacing", 28},
            {"concat", std::move(panels)}};
  return HtmlChart{"Error of every row",
                   "A ring is a row of the table; the scale is each figure's own.",
                   std::move(spec)};
}

}  // namespace attnsim::validation
