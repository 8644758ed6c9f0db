#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>

#include "report/atlas_parts.h"
#include "report/human.h"

namespace attnsim::report {
namespace {

constexpr const char* line_colour = "#2f9e8f";

/// A line of the growth chart: cascades that keep nearly the same at every length.
struct Growth {
  std::vector<const AtlasRow*> rows;
  std::map<std::int64_t, double> bytes;  ///< by length

  [[nodiscard]] std::string formula() const { return rows.front()->prefill.live.footprint.text(); }
  [[nodiscard]] double last() const { return bytes.rbegin()->second; }
};

constexpr double same_bytes = 1.3;  // as a ratio

/// Lines that one cannot tell apart.
bool same_line(const std::map<std::int64_t, double>& a, const std::map<std::int64_t, double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second < y.second * same_bytes &&
           y.second < x.second * same_bytes;
  });
}

/// The greatest first.
std::vector<Growth> growths(const Atlas& atlas) {
  std::vector<Growth> lines;
  for (const auto& row : atlas.rows) {
    if (row.growing.size() < 2 || row.prefill.live.footprint.is_zero()) continue;
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const Growth& line) {
      return same_line(line.bytes, row.growing);
    });
    if (same == lines.end()) {
      lines.push_back({{&row}, row.growing});
    } else {
      same->rows.push_back(&row);
    }
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Growth& a, const Growth& b) { return a.last() > b.last(); });
  return lines;
}

/// "M: attention_3pass and 40 more": the formula, and whose it is.
std::string label_of(const Growth& line) { return line.formula() + ":  " + group_label(line.rows); }

Json growth_values(const Atlas& atlas) {
  constexpr double apart = 2.1;  // heights of labels that do not touch, as a ratio of bytes
  Json values = Json::array();
  double above = std::numeric_limits<double>::infinity();
  for (const auto& line : growths(atlas)) {
    above = std::min(line.last(), above / apart);
    for (const auto& [length, bytes] : line.bytes) {
      Json value{{"line", label_of(line)},
                 {"formula", line.formula()},
                 {"length", length},
                 {"bytes", bytes},
                 {"text", human_bytes(static_cast<std::int64_t>(bytes))},
                 {"cascades", names_of(line.rows)}};
      if (length == line.bytes.rbegin()->first) {
        value["label"] = label_of(line);
        value["label_at"] = drawn(above);
      }
      values.push_back(std::move(value));
    }
  }
  return values;
}

Json length_axis() {
  return {{"field", "length"},
          {"type", "quantitative"},
          {"title", "sequence length"},
          {"scale", {{"type", "log"}, {"base", 2}, {"nice", false}}},
          {"axis",
           {{"values", {1024, 4096, 16384, 65536, 262144, 1048576}},
            {"labelExpr",
             "datum.value >= 1048576 ? datum.value / 1048576 + 'M' : datum.value / 1024 + 'K'"}}}};
}

Json byte_axis(const char* field) {
  Json y = log_axis(field, "bytes that must stay, per query and head",
                    {64, 1024, 16384, 262144, 4194304, 67108864, 1073741824, 17179869184});
  y["axis"]["labelExpr"] = byte_labels;
  y["scale"]["base"] = 2;
  return y;
}

HtmlChart growth_chart(const Atlas& atlas) {
  const Json line{{"mark",
                   {{"type", "line"},
                    {"strokeWidth", 2},
                    {"color", line_colour},
                    {"point", {{"size", 40}, {"color", line_colour}}}}},
                  {"encoding", {{"y", byte_axis("bytes")}, {"detail", {{"field", "line"}}}}}};
  const Json label{
      {"transform", Json::array({{{"filter", "isValid(datum.label)"}}})},
      {"mark", {{"type", "text"}, {"align", "left"}, {"dx", 10}, {"fontSize", 11}, {"limit", 290}}},
      {"encoding", {{"y", byte_axis("label_at")}, {"text", {{"field", "label"}}}}}};
  Json spec{{"width", "container"},
            {"height", 460},
            {"usermeta", {{"labels_from", 620}}},
            {"padding", {{"left", 5}, {"top", 5}, {"bottom", 5}, {"right", 300}}},
            {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
            {"data", {{"values", growth_values(atlas)}}},
            {"encoding",
             {{"x", length_axis()},
              {"tooltip", Json::array({tip("formula", "words"), tip("text", "bytes"),
                                       tip("length", "length"), tip("cascades", "cascades")})}}},
            {"layer", Json::array({line, label})}};
  return {"How the least buffer grows",
          "What no mapping can drop between two traversals. Cascades with nothing to keep are not "
          "in the chart: they need the same few words at any length. A line stands for all "
          "cascades that keep nearly as much.",
          std::move(spec)};
}

}  // namespace

std::vector<HtmlBlock> atlas_footprint_charts(const Atlas& atlas) {
  if (growths(atlas).empty()) return {};
  return {growth_chart(atlas)};
}

}  // namespace attnsim::report
