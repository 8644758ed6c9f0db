#include <algorithm>
#include <map>

#include "report/sweep_charts.h"

namespace attnsim::report {
namespace {

/// At most `most_rows`, evenly along the list, its ends included.
void add_evenly(ChosenRows& chosen, const std::vector<std::size_t>& rows) {
  if (rows.size() <= most_rows) {
    chosen.rows.insert(chosen.rows.end(), rows.begin(), rows.end());
    return;
  }
  for (std::size_t i = 0; i < most_rows; ++i) {
    chosen.rows.push_back(rows[i * (rows.size() - 1) / (most_rows - 1)]);
  }
  chosen.left_out += rows.size() - most_rows;
}

/// What the fastest one is sought of.
const SweepAxis& contenders(const SweepView& view) {
  const auto varying = std::find_if(view.parameters.begin(), view.parameters.end(),
                                    [](const SweepAxis& axis) { return axis.varies(); });
  const bool by_parameter = !view.configuration.varies() && varying != view.parameters.end();
  return by_parameter ? *varying : view.configuration;
}

}  // namespace

ChosenRows front_rows(const SweepView& view) {
  ChosenRows chosen{"front of cycles and energy", {}, 0};
  for (std::size_t i = 0; i < view.workloads.size(); ++i) {
    add_evenly(chosen, front_of(view, i, time_measures().front(), cost_measures().front()));
  }
  return chosen;
}

ChosenRows fastest_rows(const SweepView& view) {
  const auto& axis = contenders(view);
  ChosenRows chosen{"fastest of each " + axis.name, {}, 0};
  for (std::size_t i = 0; i < view.workloads.size(); ++i) {
    std::map<std::string, std::size_t> fastest;
    for (const auto row : view.rows_of(i)) {
      const auto [best, is_new] = fastest.try_emplace(axis.values[row], row);
      const bool faster = view.result(row)->seconds < view.result(best->second)->seconds;
      if (!is_new && faster) best->second = row;
    }
    std::vector<std::size_t> rows;
    for (const auto& level : axis.levels) {
      if (fastest.contains(level)) rows.push_back(fastest[level]);
    }
    add_evenly(chosen, rows);
  }
  return chosen;
}

}  // namespace attnsim::report
