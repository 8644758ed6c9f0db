#include "report/atlas_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "base/did_you_mean.h"

namespace attnsim::report {
namespace {

/// One colour a class, told apart on light and dark paper and by readers who confuse red and green.
constexpr std::array<const char*, 8> class_colours{"#8b939c", "#2f9e8f", "#dd8e1b", "#b5457f",
                                                   "#7d63c9", "#3b82c4", "#8a5a2b", "#5f7f1f"};

}  // namespace

const char* const byte_labels =
    "datum.value >= 1073741824 ? datum.value / 1073741824 + ' GiB' : datum.value >= 1048576 ? "
    "datum.value / 1048576 + ' MiB' : datum.value >= 1024 ? datum.value / 1024 + ' KiB' : "
    "datum.value + ' B'";

std::string class_name(int passes) { return fmt::format("{}-pass", passes); }

Json class_colour(const Atlas& atlas) {
  std::set<int> classes;
  for (const auto& row : atlas.rows) classes.insert(row.prefill.analysis.most());
  Json domain = Json::array();
  Json range = Json::array();
  for (const auto passes : classes) {
    domain.push_back(class_name(passes));
    range.push_back(class_colours.at(static_cast<std::size_t>(passes) % class_colours.size()));
  }
  return {{"field", "class"},
          {"type", "nominal"},
          {"scale", {{"domain", domain}, {"range", range}}},
          {"legend", {{"title", nullptr}, {"symbolOpacity", 1}}}};
}

Json intensity_value(const AtlasRow& row, const PassReport& report, const char* phase) {
  const auto kept = report.intensity_kept();
  const auto spilled = report.intensity_spilled();
  return {{"cascade", row.name},
          {"class", class_name(row.prefill.analysis.most())},
          {"phase", phase},
          {"kept", drawn(kept)},
          {"spilled", drawn(spilled)},
          {"kept_text", fmt::format("{:.4g}", kept)},
          {"spilled_text", fmt::format("{:.4g}", spilled)},
          {"footprint", report.live.footprint.text()},
          {"rank", row.rank()},
          {"counts", report.at_most().empty() ? "exact" : "at most: " + report.at_most()}};
}

Json intensity_tips() {
  return Json::array({tip("cascade", "cascade"), tip("class", "class"), tip("phase", "phase"),
                      tip("kept_text", "operations a byte, kept"),
                      tip("spilled_text", "operations a byte, spilled"),
                      tip("footprint", "words that grow, per query"), tip("rank", "passes over"),
                      tip("counts", "counts")});
}

std::string names_of(const std::vector<const AtlasRow*>& rows) {
  std::vector<std::string> names;
  for (const auto* row : rows) names.push_back(row->name);
  return join(names);
}

std::string group_label(const std::vector<const AtlasRow*>& rows) {
  const auto plain = std::find_if(rows.begin(), rows.end(), [](const AtlasRow* row) {
    return row->name.starts_with("attention_");
  });
  const auto& name = (plain == rows.end() ? rows.front() : *plain)->name;
  return rows.size() == 1 ? name : fmt::format("{} and {} more", name, rows.size() - 1);
}

std::string live_names(const AtlasRow& row) {
  std::vector<std::string> names;
  for (const auto& tensor : row.prefill.live.tensors) names.push_back(tensor.name);
  return join(names, " ");
}

void thin_labels(std::vector<LabelledPoint>& points, double width) {
  constexpr double letter = 5.6;  // pixels
  constexpr double line = 12;
  constexpr double mark = 9;
  struct Box {
    std::size_t point;
    double left;
    double right;
  };
  std::vector<Box> taken;
  for (std::size_t i = 0; i < points.size(); ++i) {
    taken.push_back({i, points[i].x - mark / 2, points[i].x + mark / 2});
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    auto& point = points[i];
    const auto length = letter * static_cast<double>(point.label.size()) + mark;
    const auto is_free = [&](const Box& box) {
      return box.right < width && std::none_of(taken.begin(), taken.end(), [&](const Box& other) {
               const bool beside = box.left < other.right && other.left < box.right;
               return other.point != i && beside &&
                      std::fabs(point.y - points[other.point].y) < line;
             });
    };
    const Box right{i, point.x, point.x + length};
    const Box left{i, point.x - length, point.x};
    point.left = !is_free(right) && left.left > 0;
    const auto& box = point.left ? left : right;
    if (is_free(box)) {
      taken.push_back(box);
    } else {
      point.label.clear();
    }
  }
}

bool has_figures(const Atlas& atlas) {
  return std::any_of(atlas.rows.begin(), atlas.rows.end(),
                     [](const AtlasRow& row) { return row.prefill.counts.has_value(); });
}

}  // namespace attnsim::report
