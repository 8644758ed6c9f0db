#include "validation/study_energy.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "report/human.h"
#include "validation/study_tables.h"

namespace attnsim::validation {
namespace {

using report::HtmlChart;
using report::HtmlTable;
using report::Json;

std::vector<EnergyCorrection> corrections_of(const StudyResult& study, const Headline& headline) {
  std::vector<EnergyCorrection> own;
  std::copy_if(study.corrections.begin(), study.corrections.end(), std::back_inserter(own),
               [&](const auto& correction) { return correction.headline == headline.name; });
  return own;
}

/// 0.0612 as "+6.12 points": of percentages, so no percentage itself.
std::string points(double change) { return fmt::format("{:+.2f} points", change * 100); }

std::string in_words(const Headline& headline, const std::vector<EnergyCorrection>& corrections) {
  const auto largest = std::max_element(
      corrections.begin(), corrections.end(),
      [](const auto& a, const auto& b) { return std::fabs(a.change) < std::fabs(b.change); });
  return fmt::format(
      "{}: the paper says {}, its table {}. Counted by the rules of its makers we get {}; with "
      "every "
      "rule below given up, {}. The largest step is \"{}\" ({}). {}.",
      sentence(headline.name), percentage(headline.claimed), percentage(headline.published),
      percentage(headline.ours), percentage(corrections.back().ratio), largest->rule,
      points(largest->change), sentence(largest->why));
}

Json total(const std::string& step, double ratio) {
  return {{"step", step},
          {"from", ratio},
          {"to", ratio},
          {"kind", "total"},
          {"label", percentage(ratio)},
          {"at", ratio},
          {"why", ""}};
}

Json step(const EnergyCorrection& correction) {
  const double before = correction.ratio - correction.change;
  return {{"step", correction.rule},
          {"from", before},
          {"to", correction.ratio},
          {"kind", correction.change < 0 ? "lower" : "higher"},
          {"label", fmt::format("{:+.2f}", correction.change * 100)},
          {"at", std::max(before, correction.ratio)},
          {"why", correction.why}};
}

Json waterfall_encoding(const Json& steps, double low, double high) {
  return {{"y",
           {{"field", "step"},
            {"type", "nominal"},
            {"sort", steps},
            {"title", nullptr},
            {"axis", {{"labelLimit", 260}, {"ticks", false}, {"domain", false}}}}},
          {"x",
           {{"field", "from"},
            {"type", "quantitative"},
            {"title", "energy ratio"},
            {"scale", {{"domain", {low, high}}, {"nice", false}}},
            {"axis", {{"format", ".0%"}, {"tickCount", 6}}}}},
          {"tooltip", Json::array({{{"field", "step"}, {"title", "rule given up"}},
                                   {{"field", "label"}, {"title", "change"}},
                                   {{"field", "why"}, {"title", "why"}}})}};
}

Json waterfall_layers() {
  const Json colour{{"field", "kind"},
                    {"type", "nominal"},
                    {"scale", {{"domain", {"higher", "lower"}}, {"range", {"#dd8e1b", "#2f9e8f"}}}},
                    {"legend", nullptr}};
  const Json bars{{"transform", Json::array({{{"filter", "datum.kind !== 'total'"}}})},
                  {"mark", {{"type", "bar"}, {"height", {{"band", 0.62}}}}},
                  {"encoding", {{"x2", {{"field", "to"}}}, {"color", colour}}}};
  const Json totals{{"transform", Json::array({{{"filter", "datum.kind === 'total'"}}})},
                    {"mark", {{"type", "point"}, {"filled", true}, {"size", 90}, {"opacity", 1}}}};
  const Json labels{
      {"mark", {{"type", "text"}, {"align", "left"}, {"dx", 8}}},
      {"encoding",
       {{"x", {{"field", "at"}, {"type", "quantitative"}}}, {"text", {{"field", "label"}}}}}};
  return Json::array({bars, totals, labels});
}

HtmlChart waterfall(const Headline& headline, const std::vector<EnergyCorrection>& corrections) {
  Json values = Json::array({total("by the makers' rules", headline.ours)});
  for (const auto& correction : corrections) values.push_back(step(correction));
  values.push_back(total("all given up", corrections.back().ratio));
  Json steps = Json::array();
  double low = headline.ours;
  double high = headline.ours;
  for (const auto& value : values) {
    steps.push_back(value["step"]);
    low = std::min({low, value["from"].get<double>(), value["to"].get<double>()});
    high = std::max(high, value["at"].get<double>());
  }
  const double span = std::max(high - low, 0.01);
  Json spec{{"data", {{"values", std::move(values)}}},
            {"width", "container"},
            {"height", 30 * steps.size()},
            {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
            {"encoding", waterfall_encoding(steps, low - 0.08 * span, high + 0.25 * span)},
            {"layer", waterfall_layers()}};
  return {sentence(headline.name),
          "Each bar is what giving up one more rule adds to the ratio, in percentage points. The "
          "axis does not begin at 0.",
          std::move(spec)};
}

HtmlTable correction_table(const std::vector<EnergyCorrection>& corrections) {
  HtmlTable table;
  table.columns = {{"Rule given up", "", "", report::Align::left},
                   {"Ratio"},
                   {"Change", "points"},
                   {"Why", "", "", report::Align::left}};
  for (const auto& correction : corrections) {
    table.rows.push_back({{correction.rule, {}},
                          {report::percent(correction.ratio), correction.ratio},
                          {fmt::format("{:+.2f}", correction.change * 100), correction.change},
                          {sentence(correction.why), {}}});
  }
  return table;
}

}  // namespace

std::optional<report::HtmlSection> energy_section(const StudyResult& study) {
  if (study.corrections.empty()) return std::nullopt;
  report::HtmlSection section{"What becomes of the energy claim", {}};
  for (const auto& headline : study.headlines) {
    const auto corrections = corrections_of(study, headline);
    if (corrections.empty()) continue;
    section.blocks.emplace_back(report::HtmlParagraph{in_words(headline, corrections)});
    section.blocks.emplace_back(waterfall(headline, corrections));
    section.blocks.emplace_back(correction_table(corrections));
  }
  return section;
}

}  // namespace attnsim::validation
