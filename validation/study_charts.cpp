#include "validation/study_charts.h"

#include <algorithm>
#include <fmt/format.h>

#include "report/chart_parts.h"
#include "report/human.h"
#include "validation/chart_parts.h"
#include "validation/study_tables.h"

namespace attnsim::validation {
namespace {

using report::HtmlChart;
using report::Json;

Json names(const std::vector<Point>& points, std::string Point::*name) {
  Json list = Json::array();
  for (const auto& point : points) add_once(list, point.*name);
  return list;
}

std::string spelled(std::optional<double> value, Spelling spelling) {
  if (!value) return "-";
  return spelling == Spelling::percent ? report::percent(*value) : report::factor(*value);
}

Json bar_values(const std::vector<Point>& points, Spelling spelling) {
  Json values = Json::array();
  for (const auto& point : points) {
    Json value{{"configuration", point.configuration},
               {"model", point.model},
               {"length", point.sequence_length},
               {"published", drawn(point.published)},
               {"ours", drawn(point.ours)},
               {"published_text", spelled(point.published, spelling)},
               {"ours_text", spelled(point.ours, spelling)},
               {"error", signed_percent(relative_error(point.ours, point.published))}};
    if (point.counted) {
      value["counted"] = drawn(*point.counted);
      value["counted_text"] = spelled(point.counted, spelling);
    }
    values.push_back(std::move(value));
  }
  return values;
}

Json bar_tooltip(bool counted) {
  Json tooltip = Json::array({tip("configuration", "configuration"), tip("model", "model"),
                              tip("length", "sequence length"), tip("published_text", "published"),
                              tip("ours_text", "ours"), tip("error", "error")});
  if (counted) tooltip.push_back(tip("counted_text", "ours, every action counted"));
  return tooltip;
}

Json length_axis(const Json& lengths) {
  return {{"field", "length"},
          {"type", "ordinal"},
          {"sort", lengths},
          {"title", "sequence length (tokens)"},
          {"axis", {{"labelAngle", 0}, {"ticks", false}, {"labelPadding", 5}, {"grid", false}}}};
}

/// Theirs: an outline in the colour of the text, on top.
Json outline(const char* field) {
  return {{"mark", {{"type", "bar"}, {"filled", false}, {"strokeWidth", 0.8}, {"tooltip", true}}},
          {"encoding", {{"y", {{"field", field}, {"type", "quantitative"}}}}}};
}

Json counted_layer() {
  return {{"transform", Json::array({{{"filter", "isValid(datum.counted)"}}})},
          {"mark",
           {{"type", "point"},
            {"shape", "diamond"},
            {"filled", true},
            {"size", 44},
            {"opacity", 1},
            {"style", "halo"}}},
          {"encoding", {{"y", {{"field", "counted"}, {"type", "quantitative"}}}}}};
}

Json model_facet(const std::vector<Point>& points) {
  return {{"field", "model"},
          {"type", "nominal"},
          {"sort", names(points, &Point::model)},
          {"title", nullptr},
          {"header", {{"labelAnchor", "start"}}}};
}

/// What all facets share: their number in a row, their data, and one legend.
Json faceted(int columns, int panel_width, Json values) {
  return {{"usermeta", {{"panel_width", panel_width}}},
          {"data", {{"values", std::move(values)}}},
          {"columns", columns},
          {"resolve", {{"axis", {{"x", "independent"}}}}},
          {"spacing", {{"column", 18}, {"row", 26}}}};
}

}  // namespace

HtmlChart bar_chart(const StudyResult& study, const BarChart& chart,
                    const std::vector<Point>& points) {
  const auto shown = names(points, &Point::configuration);
  const bool counted = std::any_of(points.begin(), points.end(),
                                   [](const Point& point) { return point.counted.has_value(); });
  const auto scale = configuration_scale(study, shown);
  Json spec = faceted(4, 285, bar_values(points, chart.spelling));
  spec["facet"] = model_facet(points);
  Json layers = Json::array();
  layers.push_back({{"mark", {{"type", "bar"}, {"tooltip", true}}},
                    {"encoding",
                     {{"color",
                       {{"field", "configuration"},
                        {"type", "nominal"},
                        {"scale", scale},
                        {"legend", {{"title", nullptr}}}}}}}});
  layers.push_back(outline("published"));
  if (counted) layers.push_back(counted_layer());
  if (chart.with_one) layers.push_back(report::line_at_one());
  spec["spec"] = {
      {"width", 250},
      {"height", 190},
      {"encoding",
       {{"x", length_axis(names(points, &Point::sequence_length))},
        {"xOffset", {{"field", "configuration"}, {"type", "nominal"}, {"sort", scale["domain"]}}},
        {"y",
         {{"field", "ours"},
          {"type", "quantitative"},
          {"title", chart.axis},
          {"axis",
           {{"format", chart.spelling == Spelling::percent ? "~%" : "~g"}, {"tickCount", 5}}}}},
        {"tooltip", bar_tooltip(counted)}}},
      {"layer", std::move(layers)}};
  return {chart.title, chart.note, std::move(spec)};
}

namespace {

Json einsum_values(const std::vector<Point>& points) {
  Json values = Json::array();
  for (const auto& point : points) {
    for (const bool own : {false, true}) {
      const auto& utilization = own ? point.ours : point.published;
      if (!utilization) continue;
      values.push_back({{"configuration", point.configuration},
                        {"length", point.sequence_length},
                        {"einsum", point.part},
                        {"side", own ? "ours" : "published"},
                        {"utilization", drawn(*utilization)},
                        {"published", spelled(point.published, Spelling::percent)},
                        {"ours", spelled(point.ours, Spelling::percent)},
                        {"error", signed_percent(relative_error(point.ours, point.published))}});
    }
  }
  return values;
}

Json einsum_encoding(const std::vector<Point>& points) {
  return {{"x", length_axis(names(points, &Point::sequence_length))},
          {"xOffset",
           {{"field", "side"}, {"type", "nominal"}, {"sort", Json::array({"published", "ours"})}}},
          {"y",
           {{"field", "utilization"},
            {"type", "quantitative"},
            {"title", "2D utilization"},
            {"axis", {{"format", "~%"}, {"tickCount", 5}}}}},
          {"color",
           {{"field", "einsum"},
            {"type", "nominal"},
            {"scale", einsum_scale(names(points, &Point::part))},
            {"legend", {{"title", nullptr}}}}},
          {"opacity",
           {{"field", "side"},
            {"type", "ordinal"},
            {"scale", {{"domain", {"published", "ours"}}, {"range", {0.5, 1}}}},
            {"legend", {{"title", nullptr}}}}},
          {"tooltip", Json::array({tip("configuration", "configuration"), tip("einsum", "Einsum"),
                                   tip("length", "sequence length"), tip("published", "published"),
                                   tip("ours", "ours"), tip("error", "error")})}};
}

}  // namespace

HtmlChart einsum_chart(const EinsumPoints& einsums) {
  auto spec = faceted(4, 285, einsum_values(einsums.points));
  spec["facet"] = {{"field", "configuration"},
                   {"type", "nominal"},
                   {"sort", names(einsums.points, &Point::configuration)},
                   {"title", nullptr},
                   {"header", {{"labelAnchor", "start"}}}};
  spec["spec"] = {{"width", 250},
                  {"height", 190},
                  {"mark", {{"type", "bar"}, {"tooltip", true}}},
                  {"encoding", einsum_encoding(einsums.points)}};
  return {fmt::format("2D utilization by Einsum, {} (paper: Fig. 7)", einsums.model),
          "Left, faint: published. Right: ours.", std::move(spec)};
}

}  // namespace attnsim::validation
