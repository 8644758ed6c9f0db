#include "validation/study_points.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace attnsim::validation {
namespace {

constexpr const char* baseline = "unfused";

/// Whose linear layers run with which attention: on the machine that the attention is built for.
constexpr std::array<std::pair<const char*, const char*>, 5> linear_layers{
    {{"unfused", "linear_flat"},
     {"flat", "linear_flat"},
     {"cascade", "linear_flat"},
     {"architecture", "linear_fusemax"},
     {"binding", "linear_fusemax"}}};

const ComparedRow* find(const StudyResult& study, const RowKey& key) {
  const auto row = std::find_if(study.rows.begin(), study.rows.end(),
                                [&](const ComparedRow& other) { return other.key == key; });
  return row == study.rows.end() ? nullptr : &*row;
}

std::optional<double> value_at(const StudyResult& study, const RowKey& key, const Measure& measure,
                               Side side) {
  const auto* const row = find(study, key);
  return row == nullptr ? std::nullopt : value_of(*row, measure, side);
}

std::optional<double> linear_value(const StudyResult& study, const RowKey& key,
                                   const Measure& measure, Side side) {
  for (const auto& [attention, linear] : linear_layers) {
    if (key.configuration != attention) continue;
    const RowKey other{linear, key.model, key.sequence_length, {}};
    const auto value = value_at(study, other, measure, side);
    // Where nothing was recounted, every action is counted in `ours` already.
    if (value || side != Side::counted) return value;
    return value_at(study, other, measure, Side::ours);
  }
  return std::nullopt;
}

std::optional<double> total(const StudyResult& study, const RowKey& key, const Measure& measure,
                            Scope scope, Side side) {
  const auto attention = value_at(study, key, measure, side);
  if (scope == Scope::attention || !attention) return attention;
  const auto linear = linear_value(study, key, measure, side);
  return linear ? std::optional(*attention + *linear) : std::nullopt;
}

std::optional<double> relative(const StudyResult& study, const RowKey& key, const Measure& measure,
                               Scope scope, Side side) {
  const auto mine = total(study, key, measure, scope, side);
  const auto base =
      total(study, {baseline, key.model, key.sequence_length, {}}, measure, scope, side);
  if (!mine || !base || *mine == 0 || *base == 0) return std::nullopt;
  return measure.field == &Figures::latency_s ? *base / *mine : *mine / *base;
}

Point named_point(const StudyResult& study, const RowKey& key) {
  Point point;
  point.configuration = configuration_title(study, key.configuration);
  point.model = model_title(key.model);
  point.sequence_length = key.sequence_length;
  return point;
}

bool has_value(const Point& point) { return point.published || point.ours || point.counted; }

std::optional<double> part_of(const Figures& figures, const std::string& einsum) {
  const auto entry = figures.einsum_utilization.find(einsum);
  if (entry == figures.einsum_utilization.end()) return std::nullopt;
  return entry->second;
}

void add_einsums(const StudyResult& study, const ComparedRow& row, std::vector<Point>& points) {
  std::set<std::string> einsums;
  for (const auto* const figures : {&row.published, &row.ours}) {
    for (const auto& [einsum, share] : figures->einsum_utilization) einsums.insert(einsum);
  }
  for (const auto& einsum : einsums) {
    auto point = named_point(study, row.key);
    point.part = einsum;
    point.published = part_of(row.published, einsum);
    point.ours = part_of(row.ours, einsum);
    points.push_back(std::move(point));
  }
}

}  // namespace

const std::vector<Measure>& measures() {
  constexpr double gibi = 1024.0 * 1024 * 1024;
  static const std::vector<Measure> all{
      {"Latency", "s", 1, &Figures::latency_s},
      {"2D utilization", "", 1, &Figures::utilization_2d},
      {"1D utilization", "", 1, &Figures::utilization_1d},
      {"DRAM traffic", "GiB", 1 / gibi, &Figures::traffic_bytes},
      {"Energy", "J", 1e-12, &Figures::energy_pj},
      {"Area", "mm²", 1e-6, &Figures::area_um2},
  };
  return all;
}

std::optional<double> value_of(const ComparedRow& row, const Measure& measure, Side side) {
  if (side == Side::published) return row.published.*measure.field;
  const auto& own = row.ours.*measure.field;
  const bool recounted = measure.field == &Figures::energy_pj && row.recounted_energy_pj;
  if (side == Side::ours) return recounted ? row.recounted_energy_pj : own;
  return recounted ? own : std::nullopt;
}

ErrorSummary summarize_errors(const std::vector<std::optional<double>>& errors) {
  ErrorSummary summary;
  for (const auto& error : errors) {
    if (!error) continue;
    const auto magnitude = std::fabs(*error);
    ++summary.rows;
    summary.largest = std::max(summary.largest, magnitude);
    summary.mean += magnitude;
    if (magnitude <= tolerance) ++summary.within;
  }
  if (summary.rows > 0) summary.mean /= summary.rows;
  return summary;
}

std::string configuration_title(const StudyResult& study, const std::string& name) {
  const auto entry = study.configuration_titles.find(name);
  return entry == study.configuration_titles.end() ? name : entry->second;
}

std::string model_title(const std::string& name) {
  constexpr std::array<std::pair<const char*, const char*>, 4> titles{
      {{"bert", "BERT"}, {"trxl", "TrXL"}, {"t5", "T5"}, {"xlm", "XLM"}}};
  for (const auto& [known, title] : titles) {
    if (name == known) return title;
  }
  return name;
}

bool is_attention(const ComparedRow& row) {
  return !row.key.pe_dimension && !row.key.configuration.starts_with("linear");
}

std::vector<Point> attention_points(const StudyResult& study, const Measure& measure) {
  std::vector<Point> points;
  for (const auto& row : study.rows) {
    if (!is_attention(row)) continue;
    auto point = named_point(study, row.key);
    point.published = value_of(row, measure, Side::published);
    point.ours = value_of(row, measure, Side::ours);
    if (has_value(point)) points.push_back(std::move(point));
  }
  return points;
}

EinsumPoints einsum_points(const StudyResult& study) {
  EinsumPoints chosen;
  std::string model;
  for (const auto& row : study.rows) {
    if (!is_attention(row) || row.published.einsum_utilization.empty()) continue;
    if (model.empty() || row.key.model == "bert") model = row.key.model;
  }
  chosen.model = model_title(model);
  for (const auto& row : study.rows) {
    // Of a design that the paper says nothing about there is nothing to compare with.
    if (!is_attention(row) || row.key.model != model) continue;
    if (!row.published.einsum_utilization.empty()) add_einsums(study, row, chosen.points);
  }
  return chosen;
}

std::vector<Point> relative_points(const StudyResult& study, const Measure& measure, Scope scope) {
  std::vector<Point> points;
  for (const auto& row : study.rows) {
    if (!is_attention(row) || row.key.configuration == baseline) continue;
    auto point = named_point(study, row.key);
    point.published = relative(study, row.key, measure, scope, Side::published);
    point.ours = relative(study, row.key, measure, scope, Side::ours);
    point.counted = relative(study, row.key, measure, scope, Side::counted);
    if (has_value(point)) points.push_back(std::move(point));
  }
  return points;
}

}  // namespace attnsim::validation
