#pragma once

#include <string>
#include <vector>

#include "report/atlas.h"
#include "report/chart_parts.h"

/// Pieces of Vega-Lite that the atlas's charts share.
namespace attnsim::report {

/// "2-pass"
[[nodiscard]] std::string class_name(int passes);

/// Colour by the field "class", those that the atlas has.
[[nodiscard]] Json class_colour(const Atlas& atlas);

/// A row's names and ratios, for marks and tooltips.
[[nodiscard]] Json intensity_value(const AtlasRow& row, const PassReport& report,
                                   const char* phase);
[[nodiscard]] Json intensity_tips();

[[nodiscard]] std::string names_of(const std::vector<const AtlasRow*>& rows);

/// "attention_3pass and 12 more": the plainest of them stands for all.
[[nodiscard]] std::string group_label(const std::vector<const AtlasRow*>& rows);

/// The tensors that stay live: "QK SN"; "" if none does.
[[nodiscard]] std::string live_names(const AtlasRow& row);

[[nodiscard]] bool has_figures(const Atlas& atlas);

/// Numbers of bytes on an axis: "4 KiB".
extern const char* const byte_labels;

/// A mark on a chart with a name to write beside it, where it stands in pixels.
struct LabelledPoint {
  double x = 0;
  double y = 0;
  std::string label;  ///< emptied where it would lie on another label or mark
  bool left = false;  ///< of the mark; else to its right
};

/// Puts each label to the right of its mark, or else to the left, and drops those that would lie on
/// an earlier one, on a mark, or beyond `width`.
void thin_labels(std::vector<LabelledPoint>& points, double width);

}  // namespace attnsim::report
