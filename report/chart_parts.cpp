#include "report/chart_parts.h"

#include <fmt/format.h>
#include <string>

namespace attnsim::report {

Json drawn(double value) { return std::stod(fmt::format("{:.6g}", value)); }

Json tip(const char* field, const char* title) { return {{"field", field}, {"title", title}}; }

Json log_axis(const char* field, const char* title, const std::vector<double>& values) {
  Json axis{{"field", field},
            {"type", "quantitative"},
            {"title", title},
            {"scale", {{"type", "log"}, {"nice", false}, {"padding", 10}}},
            {"axis", {{"format", "~s"}, {"tickCount", 6}}}};
  if (!values.empty()) axis["axis"]["values"] = values;
  return axis;
}

Json wide_chart(int height) {
  return {{"usermeta", {{"legend_columns", 5}}},
          {"width", "container"},
          {"height", height},
          {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}}};
}

Json line_at_one() {
  return {{"mark", {{"type", "rule"}, {"strokeDash", {4, 3}}}},
          {"encoding",
           {{"y", {{"datum", 1}}},
            {"x", nullptr},
            {"xOffset", nullptr},
            {"color", nullptr},
            {"tooltip", nullptr}}}};
}

const std::vector<std::string>& mark_colours() {
  static const std::vector<std::string> colours{"#3b76b8", "#dd8e1b", "#2f9e8f", "#b5457f",
                                                "#7d63c9", "#6b9a2d", "#a0664a", "#8b939c",
                                                "#5aa6d8", "#c9a227", "#c2554d", "#4f7f6a"};
  return colours;
}

Json name_scale(const std::vector<std::string>& names) {
  Json scale{{"domain", Json::array()}, {"range", Json::array()}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    scale["domain"].push_back(names[i]);
    scale["range"].push_back(mark_colours()[i % mark_colours().size()]);
  }
  return scale;
}

void add_choice(Json& spec, const ChartChoice& choice) {
  if (choice.options.size() < 2) return;
  auto options = Json::array();
  for (const auto& option : choice.options) {
    options.push_back({{"title", option.title}, {"set", option.set}});
  }
  spec["usermeta"]["choices"].push_back({{"name", choice.name}, {"options", std::move(options)}});
}

}  // namespace attnsim::report
