#pragma once

#include <optional>
#include <string>
#include <vector>

#include "validation/errors.h"
#include "validation/study.h"

/// What the page of a study draws and tabulates, picked out of its rows.
namespace attnsim::validation {

/// A figure that theirs and ours both have.
struct Measure {
  std::string title;  ///< "latency"
  std::string unit;   ///< "s"; empty: a ratio, shown in percent
  double scale = 1;   ///< from the stored unit to the shown one
  std::optional<double> Figures::*field = nullptr;
};

/// Latency, both utilizations, traffic, energy and area.
[[nodiscard]] const std::vector<Measure>& measures();

enum class Side {
  published,
  ours,     ///< energy: recounted by the rules of the table's makers where the study does so
  counted,  ///< energy: every action counted, where that differs from `ours`; else absent
};

/// In the stored unit.
[[nodiscard]] std::optional<double> value_of(const ComparedRow& row, const Measure& measure,
                                             Side side);

/// The errors of a figure over rows, or of the utilization by Einsum.
struct ErrorSummary {
  int rows = 0;
  double largest = 0;  ///< of the magnitudes
  double mean = 0;     ///< of the magnitudes
  int within = 0;      ///< rows with at most `tolerance`
};
constexpr double tolerance = 0.01;
[[nodiscard]] ErrorSummary summarize_errors(const std::vector<std::optional<double>>& errors);

/// A bar: a configuration at a point. The names are those shown.
struct Point {
  std::string configuration;
  std::string model;
  std::string sequence_length;
  std::string part;  ///< the Einsum, where there is one
  std::optional<double> published;
  std::optional<double> ours;
  std::optional<double> counted;
};

/// "binding" as the study has it, "+Binding (FuseMax)"; "bert" as its authors write it, "BERT".
[[nodiscard]] std::string configuration_title(const StudyResult& study, const std::string& name);
[[nodiscard]] std::string model_title(const std::string& name);

/// The rows of attention at each model and length: neither linear layers nor a varied array.
[[nodiscard]] bool is_attention(const ComparedRow& row);

/// A figure of each row of attention.
[[nodiscard]] std::vector<Point> attention_points(const StudyResult& study, const Measure& measure);

/// The utilization of the 2D array by each Einsum, for one model; empty where no row has it.
struct EinsumPoints {
  std::string model;
  std::vector<Point> points;
};
[[nodiscard]] EinsumPoints einsum_points(const StudyResult& study);

enum class Scope { attention, end_to_end };

/// Each configuration against Unfused, which itself is left out: how many times faster for the
/// latency, what part of it for an energy. End to end, the linear layers are added to both.
[[nodiscard]] std::vector<Point> relative_points(const StudyResult& study, const Measure& measure,
                                                 Scope scope);

}  // namespace attnsim::validation
