#include "validation/chart_parts.h"

#include <algorithm>
#include <array>

#include "validation/study_points.h"

namespace attnsim::validation {
namespace {

using report::Json;
using Palette = std::array<const char*, 8>;

/// Told apart on light and on dark paper, and by readers who confuse red with green. Each kind of
/// thing has colours that no other has.
constexpr Palette configuration_colours{"#8b939c", "#dd8e1b", "#2f9e8f", "#4a7fd4",
                                        "#b5457f", "#7d63c9", "#6b9a2d", "#a0664a"};
constexpr Palette einsum_colours{"#3b76b8", "#e2a33b", "#c2554d", "#6fae7a",
                                 "#7aa9dc", "#9a6fb0", "#8a7a5c", "#50a6a6"};
constexpr Palette model_colours{"#2f86c8", "#e07b39", "#3f9f5f", "#b8559b",
                                "#8f7a2d", "#6a6fd0", "#c4524e", "#5d9ea0"};

bool holds(const Json& list, const Json& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Colours go by the place in `all`, so that they stay the same where some are left out.
Json scale(const Json& all, const Json& shown, const Palette& palette) {
  Json scale{{"domain", Json::array()}, {"range", Json::array()}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!holds(shown, all[i])) continue;
    scale["domain"].push_back(all[i]);
    scale["range"].push_back(palette.at(i % palette.size()));
  }
  return scale;
}

}  // namespace

void add_once(Json& list, const std::string& name) {
  if (!holds(list, name)) list.push_back(name);
}

Json drawn(std::optional<double> value) { return value ? drawn(*value) : Json(); }

Json configuration_scale(const StudyResult& study, const Json& shown) {
  Json all = Json::array();
  for (const auto& row : study.rows) {
    if (is_attention(row)) add_once(all, configuration_title(study, row.key.configuration));
  }
  return scale(all, shown, configuration_colours);
}

Json model_scale(const StudyResult& study) {
  Json all = Json::array();
  for (const auto& row : study.rows) add_once(all, model_title(row.key.model));
  return scale(all, all, model_colours);
}

Json einsum_scale(const Json& shown) {
  Json all = Json::array({"QK", "LM", "SLN", "SLD", "SLNV", "AV"});
  for (const auto& name : shown) add_once(all, name);
  return scale(all, shown, einsum_colours);
}

}  // namespace attnsim::validation
