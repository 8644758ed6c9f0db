#include <algorithm>
#include <array>
#include <map>

#include "report/atlas_parts.h"
#include "report/human.h"

namespace attnsim::report {
namespace {

constexpr std::array<int, 6> growth_lengths{10, 12, 14, 16, 18, 20};  // powers of two

/// The rows of each formula that grows.
std::map<std::string, std::vector<const AtlasRow*>> by_footprint(const Atlas& atlas) {
  std::map<std::string, std::vector<const AtlasRow*>> groups;
  for (const auto& row : atlas.rows) {
    if (row.prefill.counts) groups[row.prefill.live.footprint.text()].push_back(&row);
  }
  return groups;
}

/// The shapes of the row with another length; chunks keep their size.
einsum::Shapes at_length(const AtlasRow& row, const std::string& rank, std::int64_t length) {
  auto shapes = *row.prefill.shapes;
  for (const auto& declared : row.prefill.cascade.ranks) {
    if (declared.name != rank || declared.parts.empty()) continue;
    shapes[declared.parts.front()] *= length;
    shapes[declared.parts.front()] /= shapes[rank];
  }
  shapes[rank] = length;
  return shapes;
}

/// A line of the growth chart: formulas that come to nearly the same are one.
struct Growth {
  std::string formulas;
  std::vector<const AtlasRow*> rows;
  double last = 0;  ///< bytes at the greatest length
};

double bytes_at(const AtlasRow& row, const std::string& rank, int power) {
  const auto shapes = at_length(row, rank, std::int64_t{1} << power);
  return row.prefill.bytes(row.prefill.live.footprint.at(shapes));
}

std::vector<Growth> growths(const Atlas& atlas) {
  constexpr double near = 1.1;  // lines that one cannot tell apart
  std::vector<Growth> lines;
  for (const auto& [formula, rows] : by_footprint(atlas)) {
    if (formula == "0") continue;
    const auto last = bytes_at(*rows.front(), atlas.rank, growth_lengths.back());
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const Growth& line) {
      return last < line.last * near && line.last < last * near;
    });
    if (same == lines.end()) {
      lines.push_back({formula, rows, last});
    } else {
      same->formulas += ",  " + formula;
      same->rows.insert(same->rows.end(), rows.begin(), rows.end());
    }
  }
  return lines;
}

Json growth_values(const Atlas& atlas) {
  Json values = Json::array();
  for (const auto& line : growths(atlas)) {
    for (const auto power : growth_lengths) {
      const auto bytes = bytes_at(*line.rows.front(), atlas.rank, power);
      Json value{{"formula", line.formulas},
                 {"length", std::int64_t{1} << power},
                 {"bytes", bytes},
                 {"text", human_bytes(static_cast<std::int64_t>(bytes))},
                 {"cascades", names_of(line.rows)}};
      if (power == growth_lengths.back()) value["label"] = line.formulas;
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

HtmlChart growth_chart(const Atlas& atlas) {
  Json y = log_axis("bytes", "bytes that must stay, per query and head",
                    {64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304});
  y["axis"]["labelExpr"] = byte_labels;
  y["scale"]["base"] = 2;
  const Json line{{"mark", {{"type", "line"}, {"strokeWidth", 2}, {"point", {{"size", 40}}}}},
                  {"encoding", {{"detail", {{"field", "formula"}}}}}};
  const Json label{
      {"transform", Json::array({{{"filter", "isValid(datum.label)"}}})},
      {"mark", {{"type", "text"}, {"align", "right"}, {"dx", -14}, {"dy", -7}, {"fontSize", 13}}},
      {"encoding", {{"text", {{"field", "label"}}}}}};
  Json spec{{"width", "container"},
            {"height", 320},
            {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
            {"data", {{"values", growth_values(atlas)}}},
            {"encoding",
             {{"x", length_axis()},
              {"y", y},
              {"tooltip", Json::array({tip("formula", "words"), tip("text", "bytes"),
                                       tip("cascades", "cascades")})}}},
            {"layer", Json::array({line, label})}};
  return {"How the least buffer grows",
          "What no mapping can drop between two traversals. Cascades with nothing to keep are not "
          "in the chart: they need the same few words at any length.",
          std::move(spec)};
}

}  // namespace

std::vector<HtmlBlock> atlas_footprint_charts(const Atlas& atlas) {
  if (growths(atlas).empty()) return {};
  return {growth_chart(atlas)};
}

}  // namespace attnsim::report
