#include "report/atlas_parts.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

#include "base/did_you_mean.h"

namespace attnsim::report {
namespace {

/// One colour a class, told apart on light and dark paper and by readers who confuse red and green.
constexpr std::array<const char*, 5> class_colours{"#8b939c", "#2f9e8f", "#dd8e1b", "#b5457f",
                                                   "#7d63c9"};

}  // namespace

const char* const byte_labels =
    "datum.value >= 1048576 ? datum.value / 1048576 + ' MiB' : datum.value >= 1024 ? "
    "datum.value / 1024 + ' KiB' : datum.value + ' B'";

std::string class_name(int passes) { return fmt::format("{}-pass", passes); }

Json drawn(double value) { return std::stod(fmt::format("{:.6g}", value)); }

Json tip(const char* field, const char* title) { return {{"field", field}, {"title", title}}; }

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

Json log_axis(const char* field, const char* title, const std::vector<double>& values) {
  Json axis{{"field", field},
            {"type", "quantitative"},
            {"title", title},
            {"scale", {{"type", "log"}, {"nice", false}, {"padding", 10}}},
            {"axis", {{"format", "~s"}, {"tickCount", 6}}}};
  if (!values.empty()) axis["axis"]["values"] = values;
  return axis;
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
          {"footprint", report.live.footprint.text()}};
}

Json intensity_tips() {
  return Json::array({tip("cascade", "cascade"), tip("class", "class"), tip("phase", "phase"),
                      tip("kept_text", "operations a byte, kept"),
                      tip("spilled_text", "operations a byte, spilled"),
                      tip("footprint", "words that grow, per query")});
}

std::string names_of(const std::vector<const AtlasRow*>& rows) {
  std::vector<std::string> names;
  for (const auto* row : rows) names.push_back(row->name);
  return join(names);
}

bool has_figures(const Atlas& atlas) {
  return std::any_of(atlas.rows.begin(), atlas.rows.end(),
                     [](const AtlasRow& row) { return row.prefill.counts.has_value(); });
}

}  // namespace attnsim::report
