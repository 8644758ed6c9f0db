#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <vector>

#include "base/did_you_mean.h"
#include "report/atlas_parts.h"
#include "report/human.h"

namespace attnsim::report {
namespace {

/// Where the axes have their lines; those outside of the data are not drawn.
const std::vector<double> ratios{0.01, 0.03, 0.1, 0.3, 1,   3,   10, 30,
                                 100,  300,  1e3, 3e3, 1e4, 3e4, 1e5};
const std::vector<double> powers{1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

Json names_in_order(const Atlas& atlas) {
  Json names = Json::array();
  for (const auto& row : atlas.rows) names.push_back(row.name);
  return names;
}

Json dumbbells(const Atlas& atlas, Json values, const char* title) {
  const Json y{{"field", "cascade"},
               {"type", "nominal"},
               {"sort", names_in_order(atlas)},
               {"title", nullptr},
               {"axis",
                {{"grid", true},
                 {"ticks", false},
                 {"domain", false},
                 {"labelLimit", 220},
                 {"labelFontSize", 10},
                 {"labelOverlap", false}}}};
  const Json colour = class_colour(atlas);
  const Json line{{"mark", {{"type", "rule"}, {"strokeWidth", 1.5}, {"opacity", 0.55}}},
                  {"encoding",
                   {{"x", log_axis("spilled", "operations a byte", ratios)},
                    {"x2", {{"field", "kept"}}},
                    {"color", colour}}}};
  const Json ring{
      {"mark", {{"type", "point"}, {"size", 34}, {"strokeWidth", 1.5}, {"filled", false}}},
      {"encoding", {{"x", log_axis("spilled", "operations a byte", ratios)}, {"color", colour}}}};
  const Json dot{
      {"mark", {{"type", "point"}, {"size", 42}, {"filled", true}, {"opacity", 1}}},
      {"encoding", {{"x", log_axis("kept", "operations a byte", ratios)}, {"color", colour}}}};
  const Json balance{
      {"data", {{"values", Json::array({{{"at", drawn(atlas.machine.balance())}}})}}},
      {"mark", {{"type", "rule"}, {"strokeDash", {5, 4}}, {"strokeWidth", 1.2}}},
      {"encoding", {{"x", {{"field", "at"}, {"type", "quantitative"}}}, {"y", nullptr}}}};
  return {{"title", title},
          {"width", 350},
          {"height", {{"step", 13}}},
          {"data", {{"values", std::move(values)}}},
          {"encoding", {{"y", y}, {"tooltip", intensity_tips()}}},
          {"layer", Json::array({balance, line, ring, dot})}};
}

Json intensities(const Atlas& atlas, bool decode) {
  Json values = Json::array();
  for (const auto& row : atlas.rows) {
    if (decode && row.decode) values.push_back(intensity_value(row, *row.decode, "decode"));
    if (!decode && row.prefill.counts) {
      values.push_back(intensity_value(row, row.prefill, "prefill"));
    }
  }
  return values;
}

HtmlChart intensity_chart(const Atlas& atlas) {
  Json spec{{"usermeta", {{"panel_width", 560}}},
            {"columns", 2},
            {"spacing", 30},
            {"concat", Json::array({dumbbells(atlas, intensities(atlas, false), "Prefill")})}};
  auto decode = intensities(atlas, true);
  if (!decode.empty()) {
    spec["concat"].push_back(dumbbells(atlas, std::move(decode), "Decode"));
  }
  return {"What a pass costs in traffic",
          fmt::format("Dot: operations for each byte that must be moved if all that is live stays "
                      "on chip. Ring: if it is written out and read back. Dashed: where {} stops "
                      "being limited by its memory ({:.0f} operations a byte).",
                      atlas.machine.name, atlas.machine.balance()),
          std::move(spec)};
}

// ---- roofline

Json roof(const Atlas& atlas, double least, double most) {
  const auto& machine = atlas.machine;
  Json values = Json::array();
  for (const auto x : {least, machine.balance(), most}) {
    values.push_back({{"x", drawn(x)}, {"y", drawn(machine.attainable(x))}});
  }
  return values;
}

/// The points, and how far to the left and right they reach.
struct RooflinePoints {
  Json values = Json::array();
  double least = 0;
  double most = 0;

  void add(const Atlas& atlas, const AtlasRow& row, const char* what, double intensity) {
    least = std::min(least, intensity / 2);
    most = std::max(most, intensity * 2);
    const auto attainable = atlas.machine.attainable(intensity);
    auto value = intensity_value(row, row.prefill, "");
    value["what"] = what;
    value["x"] = drawn(intensity);
    value["y"] = drawn(attainable);
    value["share"] = percent(attainable / atlas.machine.operations_per_second);
    values.push_back(std::move(value));
  }
};

RooflinePoints roofline_points(const Atlas& atlas) {
  RooflinePoints points;
  points.least = atlas.machine.balance() / 4;
  points.most = atlas.machine.balance() * 4;
  for (const auto& row : atlas.rows) {
    if (!row.prefill.counts) continue;
    points.add(atlas, row, "prefill, kept", row.prefill.intensity_kept());
    if (row.prefill.extra_words() > 0) {
      points.add(atlas, row, "prefill, spilled", row.prefill.intensity_spilled());
    }
    if (row.decode) points.add(atlas, row, "decode", row.decode->intensity_kept());
  }
  return points;
}

Json roofline_marks(const Atlas& atlas, Json values, const Json& y) {
  const Json shapes{{"field", "what"},
                    {"type", "nominal"},
                    {"scale",
                     {{"domain", {"prefill, kept", "prefill, spilled", "decode"}},
                      {"range", {"circle", "triangle-down", "diamond"}}}},
                    {"legend", {{"title", nullptr}}}};
  return {{"data", {{"values", std::move(values)}}},
          {"mark", {{"type", "point"}, {"size", 90}, {"filled", true}, {"opacity", 0.8}}},
          {"encoding",
           {{"x", log_axis("x", "operations a byte", ratios)},
            {"y", y},
            {"color", class_colour(atlas)},
            {"shape", shapes},
            {"tooltip",
             Json::array({tip("cascade", "cascade"), tip("class", "class"), tip("what", "case"),
                          tip("x", "operations a byte"), tip("share", "of the peak, at most")})}}}};
}

HtmlChart roofline_chart(const Atlas& atlas) {
  auto points = roofline_points(atlas);
  const Json y = log_axis("y", "attainable operations a second", powers);
  const Json line{{"data", {{"values", roof(atlas, points.least, points.most)}}},
                  {"mark", {{"type", "line"}, {"strokeWidth", 1.6}}},
                  {"encoding", {{"x", log_axis("x", "operations a byte", ratios)}, {"y", y}}}};
  Json spec{{"width", "container"},
            {"height", 320},
            {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
            {"layer", Json::array({line, roofline_marks(atlas, std::move(points.values), y)})}};
  return {"Where they stand under the roofline of " + atlas.machine.name,
          "An upper bound: every operation counts as one, and multiply-accumulates fill all units.",
          std::move(spec)};
}

// ---- against the footprint

constexpr double panel_width = 720;
constexpr double panel_height = 420;
constexpr double symlog_constant = 64;  // bytes

double footprint_bytes(const AtlasRow& row) {
  return row.prefill.bytes(row.prefill.footprint_words());
}

/// So near that marks would lie on each other.
bool would_overlap(const AtlasRow& a, const AtlasRow& b) {
  const auto apart = [](double x, double y) { return std::fabs(std::log((x + 1) / (y + 1))); };
  return apart(footprint_bytes(a), footprint_bytes(b)) < 0.3 &&
         apart(a.prefill.intensity_spilled(), b.prefill.intensity_spilled()) < 0.15;
}

using RowsAtPlace = std::vector<const AtlasRow*>;  // their points would lie on each other

std::vector<RowsAtPlace> places_of(const Atlas& atlas) {
  std::vector<RowsAtPlace> places;
  for (const auto& row : atlas.rows) {
    if (!row.prefill.counts) continue;
    const auto near = std::find_if(places.begin(), places.end(), [&](const RowsAtPlace& place) {
      return would_overlap(*place.front(), row);
    });
    if (near == places.end()) {
      places.push_back({&row});
    } else {
      near->push_back(&row);
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const RowsAtPlace& a, const RowsAtPlace& b) { return a.size() > b.size(); });
  return places;
}

/// Where the marks stand on the panel; those of many cascades get their labels first.
std::vector<LabelledPoint> placement_labels(const std::vector<RowsAtPlace>& places) {
  const auto across = [](const RowsAtPlace& place) {
    return std::log1p(footprint_bytes(*place.front()) / symlog_constant);
  };
  const auto up = [](const RowsAtPlace& place) {
    return std::log(std::max(place.front()->prefill.intensity_spilled(), 1e-6));
  };
  double widest = 1e-9;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const auto& place : places) {
    widest = std::max(widest, across(place));
    least = std::min(least, up(place));
    most = std::max(most, up(place));
  }
  const auto span = std::max(most - least, 1e-9);
  std::vector<LabelledPoint> labels;
  for (const auto& place : places) {
    labels.push_back({panel_width * across(place) / widest,
                      panel_height * (up(place) - least) / span, group_label(place), false});
  }
  thin_labels(labels, panel_width);
  return labels;
}

Json placement_values(const Atlas& atlas) {
  const auto places = places_of(atlas);
  const auto labels = placement_labels(places);
  Json values = Json::array();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& row = *places[i].front();
    auto value = intensity_value(row, row.prefill, "prefill");
    value["bytes"] = footprint_bytes(row);
    value["cascade"] = names_of(places[i]);
    value["label"] = labels[i].label;
    value["side"] = labels[i].left ? "left" : "right";
    values.push_back(std::move(value));
  }
  return values;
}

Json side_labels(const char* side) {
  const bool left = std::string(side) == "left";
  return {{"transform", Json::array({{{"filter", fmt::format("datum.side === '{}'", side)}}})},
          {"mark",
           {{"type", "text"},
            {"align", left ? "right" : "left"},
            {"dx", left ? -9 : 9},
            {"fontSize", 10.5}}},
          {"encoding", {{"text", {{"field", "label"}}}}}};
}

Json placement_x() {
  return {{"field", "bytes"},
          {"type", "quantitative"},
          {"title", "bytes that must stay, per query and head"},
          {"scale",
           {{"type", "symlog"}, {"constant", symlog_constant}, {"nice", false}, {"padding", 14}}},
          {"axis",
           {{"values", {0, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216}},
            {"labelExpr", byte_labels}}}};
}

HtmlChart placement_chart(const Atlas& atlas) {
  Json y = log_axis("spilled", "operations a byte where they do not", ratios);
  y["scale"]["padding"] = 16;
  const Json balance{
      {"data", {{"values", Json::array({{{"at", drawn(atlas.machine.balance())}}})}}},
      {"mark", {{"type", "rule"}, {"strokeDash", {5, 4}}, {"strokeWidth", 1.2}}},
      {"encoding", {{"y", {{"field", "at"}, {"type", "quantitative"}}}, {"x", nullptr}}}};
  const Json dots{{"mark", {{"type", "point"}, {"size", 80}, {"filled", true}, {"opacity", 0.85}}},
                  {"encoding", {{"color", class_colour(atlas)}, {"tooltip", intensity_tips()}}}};
  Json spec{{"width", "container"},
            {"height", panel_height},
            {"usermeta", {{"labels_from", 620}}},
            {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
            {"data", {{"values", placement_values(atlas)}}},
            {"encoding", {{"x", placement_x()}, {"y", y}}},
            {"layer", Json::array({balance, dots, side_labels("left"), side_labels("right")})}};
  return {"Arithmetic intensity against what must stay live, prefill",
          fmt::format("Each point is one or more cascades. Left: nothing grows with {}, so nothing "
                      "can spill. Dashed: the balance of {}.",
                      atlas.over(), atlas.machine.name),
          std::move(spec)};
}

}  // namespace

std::vector<HtmlBlock> atlas_intensity_charts(const Atlas& atlas) {
  if (!has_figures(atlas)) return {};
  return {placement_chart(atlas), intensity_chart(atlas), roofline_chart(atlas)};
}

}  // namespace attnsim::report
