#include "report/speedups.h"

#include <algorithm>
#include <cmath>

#include "base/did_you_mean.h"
#include "base/error.h"

namespace attnsim::report {
namespace {

std::vector<const SweepAxis*> axes_of(const SweepView& view) {
  std::vector<const SweepAxis*> axes{&view.configuration};
  for (const auto& axis : view.parameters) axes.push_back(&axis);
  return axes;
}

const SweepAxis* find_axis(const SweepView& view, const std::string& name) {
  const auto axes = axes_of(view);
  const auto found = std::find_if(axes.begin(), axes.end(),
                                  [&](const SweepAxis* axis) { return axis->name == name; });
  return found == axes.end() ? nullptr : *found;
}

/// Equal for points that differ in nothing but `axis`.
std::vector<std::string> the_rest(const SweepView& view, const SweepAxis& axis, std::size_t row) {
  std::vector<std::string> rest{view.workloads[*view.workload[row]].label};
  for (const auto* other : axes_of(view)) {
    if (other != &axis) rest.push_back(other->values[row]);
  }
  return rest;
}

/// Ratios whose geometric mean is wanted.
class Ratios {
 public:
  void add(double ratio) { ratios_.push_back(ratio); }

  [[nodiscard]] Speedup mean(const std::string& level, std::optional<std::size_t> workload) const {
    double logarithms = 0;
    for (const auto ratio : ratios_) logarithms += std::log(ratio);
    const auto [least, most] = std::minmax_element(ratios_.begin(), ratios_.end());
    return {level,  workload, std::exp(logarithms / static_cast<double>(ratios_.size())),
            *least, *most,    static_cast<int>(ratios_.size())};
  }

 private:
  std::vector<double> ratios_;
};

using Seconds = std::map<std::vector<std::string>, double>;

/// The baseline's times, by all else that names a point.
Seconds baseline_seconds(const SweepView& view, const SweepAxis& axis, const std::string& level) {
  Seconds seconds;
  for (std::size_t i = 0; i < view.workload.size(); ++i) {
    if (!view.workload[i] || axis.values[i] != level) continue;
    seconds.try_emplace(the_rest(view, axis, i), view.result(i)->seconds);
  }
  return seconds;
}

}  // namespace

std::optional<Baseline> default_baseline(const SweepView& view) {
  for (const auto* axis : axes_of(view)) {
    if (!axis->varies()) continue;
    // Configurations are in the sweep's order; of numbers, the smallest one is first.
    return Baseline{axis->name, axis->levels.front()};
  }
  return std::nullopt;
}

Baseline parse_baseline(const SweepView& view, const std::string& text) {
  const auto at = text.find('=');
  const auto name = text.substr(0, at);
  std::vector<std::string> names;
  for (const auto* axis : axes_of(view)) names.push_back(axis->name);
  const auto* axis = find_axis(view, name);
  if (axis == nullptr) {
    throw InputError("--baseline " + text, "the sweep has no '" + name + "'" +
                                               did_you_mean(name, names) +
                                               " (it has: " + join(names) + ")");
  }
  const auto level = at == std::string::npos ? std::string() : text.substr(at + 1);
  if (std::find(axis->levels.begin(), axis->levels.end(), level) == axis->levels.end()) {
    throw InputError("--baseline " + text, "no point has " + name + " '" + level + "'" +
                                               did_you_mean(level, axis->levels) +
                                               " (there are: " + join(axis->levels) + ")");
  }
  return {name, level};
}

Speedups speedups_of(const SweepView& view, const Baseline& baseline) {
  const auto& axis = *find_axis(view, baseline.axis);
  const auto base = baseline_seconds(view, axis, baseline.level);
  Speedups speedups{baseline, {}, {}, {}, 0};
  std::map<std::string, std::map<std::size_t, Ratios>> by_workload;
  std::map<std::string, Ratios> overall;
  for (std::size_t i = 0; i < view.workload.size(); ++i) {
    const auto& level = axis.values[i];
    if (!view.workload[i] || level == baseline.level) continue;
    const auto partner = base.find(the_rest(view, axis, i));
    if (partner == base.end() || partner->second <= 0 || view.result(i)->seconds <= 0) {
      ++speedups.unpaired;
      continue;
    }
    const auto ratio = partner->second / view.result(i)->seconds;
    by_workload[level][*view.workload[i]].add(ratio);
    overall[level].add(ratio);
  }
  for (const auto& level : axis.levels) {
    if (!overall.contains(level)) continue;
    speedups.levels.push_back(level);
    for (const auto& [workload, ratios] : by_workload[level]) {
      speedups.by_workload.push_back(ratios.mean(level, workload));
    }
    speedups.overall.push_back(overall[level].mean(level, std::nullopt));
  }
  return speedups;
}

}  // namespace attnsim::report
