#include "report/sweep_view.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "report/number_in.h"
#include "report/pareto.h"
#include "report/run_record.h"

namespace attnsim::report {
namespace {

using explore::SweepResults;
using explore::SweepRow;
using TextOf = std::function<std::string(const SweepRow&)>;

void sort_levels(SweepAxis& axis) {
  std::map<std::string, double> numbers;
  for (const auto& level : axis.levels) {
    const auto number = number_in(level);
    if (!number) return;
    numbers[level] = *number;
  }
  std::stable_sort(axis.levels.begin(), axis.levels.end(),
                   [&](const auto& a, const auto& b) { return numbers.at(a) < numbers.at(b); });
  for (std::size_t i = 0; i < axis.values.size(); ++i) axis.numbers[i] = numbers[axis.values[i]];
}

SweepAxis axis_of(const SweepResults& sweep, const std::string& name, const TextOf& text_of) {
  SweepAxis axis{name, {}, {}, {}};
  axis.numbers.resize(sweep.rows.size());
  std::set<std::string> seen;
  for (const auto& row : sweep.rows) {
    axis.values.push_back(text_of(row));
    if (seen.insert(axis.values.back()).second) axis.levels.push_back(axis.values.back());
  }
  sort_levels(axis);
  return axis;
}

/// As the record has it; a row that failed early has only what was typed.
std::string name_or_typed(const std::string& name, const std::string& typed) {
  return name.empty() ? typed : name;
}

std::string mapping_of(const SweepRow& row) {
  return name_or_typed(row.record.mapping, row.point.mapping);
}
std::string arch_of(const SweepRow& row) { return name_or_typed(row.record.arch, row.point.arch); }

SweepAxis configurations(const SweepResults& sweep) {
  const auto arch = axis_of(sweep, "arch", arch_of);
  const auto mapping = axis_of(sweep, "mapping", mapping_of);
  return axis_of(sweep, "configuration", [&](const SweepRow& row) {
    const auto of_mapping = mapping_of(row);
    const auto of_arch = arch_of(row);
    if (!arch.varies() || of_mapping == of_arch) return of_mapping;
    return mapping.varies() ? of_mapping + "@" + of_arch : of_arch;
  });
}

std::string length_of(const SweepRow& row) {
  if (!row.point.seq.empty() && row.point.shape.empty()) return row.point.seq;
  return shapes_text(row.record.shapes);
}

Workload workload_of(const SweepRow& row) {
  const auto model = name_or_typed(row.record.model, row.point.model);
  auto length = length_of(row);
  if (row.point.causal) length += " causal";
  if (!row.point.parameters.empty()) length += " " + row.point.parameters;
  return {model.empty() ? length : model + " " + length, model, length};
}

/// What has to be equal for results to be comparable, beyond the words.
std::string identity(const SweepRow& row) {
  return shapes_text(row.record.shapes) + (row.point.causal ? " causal " : " ") +
         row.point.parameters;
}

void add_workloads(SweepView& view) {
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  std::set<std::string> labels;
  for (const auto& row : view.sweep->rows) {
    view.workload.emplace_back();
    if (!row.record.result) continue;
    auto workload = workload_of(row);
    const auto [at, is_new] =
        known.try_emplace({workload.model, identity(row)}, view.workloads.size());
    view.workload.back() = at->second;
    if (!is_new) continue;
    if (!labels.insert(workload.label).second) {
      workload.length += " (" + shapes_text(row.record.shapes) + ")";
      workload.label += " (" + shapes_text(row.record.shapes) + ")";
    }
    view.workloads.push_back(std::move(workload));
  }
}

/// Whether a parameter only says again what the point's own fields say.
bool repeats(const SweepResults& sweep, const std::string& name) {
  const std::array<std::string explore::Point::*, 6> fields{
      &explore::Point::arch,  &explore::Point::mapping, &explore::Point::cascade,
      &explore::Point::model, &explore::Point::seq,     &explore::Point::shape};
  return std::any_of(fields.begin(), fields.end(), [&](auto field) {
    return std::all_of(sweep.rows.begin(), sweep.rows.end(), [&](const SweepRow& row) {
      const auto value = row.parameters.find(name);
      return value != row.parameters.end() && value->second == row.point.*field;
    });
  });
}

void add_parameters(SweepView& view) {
  std::set<std::string> names;
  for (const auto& row : view.sweep->rows) {
    for (const auto& [name, value] : row.parameters) names.insert(name);
  }
  for (const auto& name : names) {
    if (repeats(*view.sweep, name)) continue;
    view.parameters.push_back(axis_of(*view.sweep, name, [&](const SweepRow& row) {
      const auto value = row.parameters.find(name);
      return value == row.parameters.end() ? std::string() : value->second;
    }));
  }
}

std::optional<double> area(const explore::Record& record) { return record.result->area_um2; }

std::optional<double> traffic(const explore::Record& record) {
  constexpr double gib = 1024.0 * 1024 * 1024;
  double bytes = 0;
  for (const auto& [name, moved] : record.result->traffic) {
    bytes += static_cast<double>(moved.read + moved.write);
  }
  return bytes / gib;
}

}  // namespace

const sim::SimResult* SweepView::result(std::size_t at) const {
  const auto& result = row(at).record.result;
  return result ? &*result : nullptr;
}

std::vector<std::size_t> SweepView::rows_of(std::size_t of_workload) const {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < workload.size(); ++i) {
    if (workload[i] == of_workload) rows.push_back(i);
  }
  return rows;
}

std::string SweepView::label(std::size_t at) const {
  std::string text;
  if (configuration.varies() || parameters.empty()) text = configuration.values[at];
  for (const auto& axis : parameters) {
    if (!axis.varies()) continue;
    text += (text.empty() ? "" : ", ") + axis.name + " " + axis.values[at];
  }
  return text.empty() ? configuration.values[at] : text;
}

SweepView view_of(const SweepResults& sweep) {
  SweepView view;
  view.sweep = &sweep;
  view.configuration = configurations(sweep);
  view.cascade = axis_of(sweep, "cascade", [](const SweepRow& row) {
    return name_or_typed(row.record.cascade, row.point.cascade);
  });
  add_parameters(view);
  add_workloads(view);
  return view;
}

const std::vector<SweepMeasure>& time_measures() {
  static const std::vector<SweepMeasure> measures{
      {"cycles", "cycles",
       [](const explore::Record& record) {
         return std::optional(static_cast<double>(record.result->cycles));
       }},
      {"seconds", "time (s)",
       [](const explore::Record& record) { return std::optional(record.result->seconds); }}};
  return measures;
}

const std::vector<SweepMeasure>& cost_measures() {
  constexpr double joules = 1e-12;      // in a picojoule
  constexpr double millimetres = 1e-6;  // in a micron, both square
  static const std::vector<SweepMeasure> measures{
      {"energy", "energy (J)",
       [](const explore::Record& record) {
         return std::optional(record.result->energy_pj * joules);
       }},
      {"area", "area (mm^2)",
       [](const explore::Record& record) -> std::optional<double> {
         const auto microns = area(record);
         return microns ? std::optional(*microns * millimetres) : std::nullopt;
       }},
      {"buffer", "buffer held (bytes)",
       [](const explore::Record& record) {
         return std::optional(static_cast<double>(record.buffer_bytes));
       }},
      {"traffic", "moved in all memories (GiB)", traffic}};
  return measures;
}

std::vector<std::size_t> front_of(const SweepView& view, std::size_t workload,
                                  const SweepMeasure& across, const SweepMeasure& up) {
  std::vector<std::size_t> rows;
  std::vector<Costs> costs;
  for (const auto at : view.rows_of(workload)) {
    const auto x = across.of(view.row(at).record);
    const auto y = up.of(view.row(at).record);
    if (!x || !y) continue;
    rows.push_back(at);
    costs.push_back({*x, *y});
  }
  std::vector<std::size_t> front;
  for (const auto at : pareto_front(costs)) front.push_back(rows[at]);
  return front;
}

}  // namespace attnsim::report
