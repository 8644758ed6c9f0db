#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "report/atlas_parts.h"

namespace attnsim::report {
namespace {

/// What softmax attention takes, by its definition in three passes: the unit of the chart.
constexpr const char* reference = "attention_3pass";

const AtlasRow* reference_row(const Atlas& atlas) {
  const auto found = std::find_if(atlas.rows.begin(), atlas.rows.end(), [](const AtlasRow& row) {
    return row.name == reference && row.prefill.counts;
  });
  return found == atlas.rows.end() ? nullptr : &*found;
}

double share_of(std::int64_t count, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(count) / static_cast<double>(whole);
}

constexpr double panel_width = 760;
constexpr double panel_height = 400;
constexpr double least_weights = 1e-4;  // where no or hardly any exponential is drawn

/// Where a share stands on an axis of these ends, in pixels.
double place_of(double share, double least, double most, double pixels) {
  return pixels * std::log(share / least) / std::log(most / least);
}

/// Cascades whose marks would lie on each other.
struct WorkPoint {
  std::vector<const AtlasRow*> rows;
  double work = 0;     ///< operations over the reference's
  double weights = 0;  ///< exponentials over the reference's

  [[nodiscard]] std::string at_most() const { return rows.front()->prefill.at_most(); }
};

constexpr double same_mark = 1.12;  // as a ratio, what marks hide of each other

bool would_overlap(const WorkPoint& a, const WorkPoint& b) {
  const auto same = [](double x, double y) { return x < y * same_mark && y < x * same_mark; };
  return a.at_most().empty() == b.at_most().empty() && same(a.work, b.work) &&
         same(a.weights, b.weights);
}

std::vector<WorkPoint> work_points(const Atlas& atlas, const AtlasRow& unit) {
  std::vector<WorkPoint> points;
  for (const auto& row : atlas.rows) {
    if (!row.prefill.counts) continue;
    const auto weights =
        share_of(row.prefill.counts->exponentials, unit.prefill.counts->exponentials);
    WorkPoint point{{&row},
                    share_of(row.prefill.operations(), unit.prefill.operations()),
                    std::max(weights, least_weights)};
    const auto near = std::find_if(points.begin(), points.end(), [&](const WorkPoint& other) {
      return would_overlap(other, point);
    });
    if (near == points.end()) {
      points.push_back(std::move(point));
    } else {
      near->rows.push_back(&row);
    }
  }
  std::stable_sort(points.begin(), points.end(), [](const WorkPoint& a, const WorkPoint& b) {
    return a.rows.size() > b.rows.size();
  });
  return points;
}

std::vector<LabelledPoint> work_labels(const std::vector<WorkPoint>& points) {
  double least = 1;
  double most = 1;
  double top = 1;
  for (const auto& point : points) {
    least = std::min(least, point.work);
    most = std::max(most, point.work);
    top = std::max(top, point.weights);
  }
  std::vector<LabelledPoint> labels;
  for (const auto& point : points) {
    labels.push_back({place_of(point.work, least, most * 1.001, panel_width),
                      place_of(point.weights, least_weights, top * 1.001, panel_height),
                      group_label(point.rows), false});
  }
  thin_labels(labels, panel_width);
  return labels;
}

Json work_values(const std::vector<WorkPoint>& points) {
  const auto labels = work_labels(points);
  Json values = Json::array();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& [rows, work, weights] = points[i];
    const auto& why = points[i].at_most();
    values.push_back({{"cascade", names_of(rows)},
                      {"class", class_name(rows.front()->prefill.analysis.most())},
                      {"work", drawn(work)},
                      {"weights", drawn(weights)},
                      {"work_text", fmt::format("{:.4g} x", work)},
                      {"weights_text", weights > least_weights ? fmt::format("{:.4g} x", weights)
                                                               : "none or hardly any"},
                      {"counts", why.empty() ? "exact" : "at most"},
                      {"why", why},
                      {"label", labels[i].label},
                      {"side", labels[i].left ? "left" : "right"}});
  }
  return values;
}

Json labels_beside(const char* side, const char* align, int away) {
  return {{"transform", Json::array({{{"filter", fmt::format("datum.side === '{}'", side)}}})},
          {"mark", {{"type", "text"}, {"align", align}, {"dx", away}, {"fontSize", 10.5}}},
          {"encoding", {{"text", {{"field", "label"}}}}}};
}

Json work_spec(const Atlas& atlas, const AtlasRow& unit) {
  const Json shape{
      {"field", "counts"},
      {"type", "nominal"},
      {"scale", {{"domain", {"exact", "at most"}}, {"range", {"circle", "triangle-left"}}}},
      {"legend", {{"title", "counts"}}}};
  const Json dots{{"mark", {{"type", "point"}, {"filled", true}, {"size", 75}, {"opacity", 0.85}}},
                  {"encoding",
                   {{"color", class_colour(atlas)},
                    {"shape", shape},
                    {"tooltip", Json::array({tip("cascade", "cascade"), tip("class", "class"),
                                             tip("work_text", "operations, of attention's"),
                                             tip("weights_text", "exponentials, of attention's"),
                                             tip("counts", "counts"), tip("why", "because")})}}}};
  const std::vector<double> marks{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 1000, 1e4};
  Json y = log_axis("weights", "exponentials, relative to attention", {1e-4, 1e-3, 1e-2, 0.1, 1});
  y["axis"]["labelExpr"] = "datum.value <= 0.0001 ? 'none' : datum.label";
  return {
      {"width", "container"},
      {"height", panel_height},
      {"usermeta", {{"labels_from", 620}}},
      {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
      {"data", {{"values", work_values(work_points(atlas, unit))}}},
      {"encoding", {{"x", log_axis("work", "operations, relative to attention", marks)}, {"y", y}}},
      {"layer",
       Json::array({dots, labels_beside("right", "left", 8), labels_beside("left", "right", -8)})}};
}

}  // namespace

std::vector<HtmlBlock> atlas_work_charts(const Atlas& atlas) {
  const auto* unit = reference_row(atlas);
  if (unit == nullptr) return {};
  return {HtmlChart{
      "Work against how much of the softmax is computed, prefill",
      fmt::format(
          "Both relative to {} at the same shape: (1, 1) weighs each pair of query and key "
          "once. Below: masks and selections that leave pairs out; at the foot: no softmax "
          "over pairs. Triangles stand where data decide which pairs are left "
          "out, and the count is that of leaving none: the work lies at or left of "
          "them. A point may be several cascades, in the colour of the first. Comparisons of "
          "selections are not among the operations.",
          reference),
      work_spec(atlas, *unit)}};
}

}  // namespace attnsim::report
