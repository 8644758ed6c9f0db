#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What holding the model against a paper's tables gives: every row of theirs beside ours.
namespace attnsim::validation {

/// What a table says of one design, or what we get for it; absent where it says nothing. Times,
/// bytes and energies are of the whole batch.
struct Figures {
  std::optional<double> latency_s;
  std::optional<double> utilization_2d;  ///< 0..1, of all PEs
  std::optional<double> utilization_1d;  ///< 0..1, of all lanes
  std::optional<double> traffic_bytes;   ///< off chip, reads and writes
  std::optional<double> energy_pj;
  std::optional<double> area_um2;                    ///< of the chip
  std::optional<double> array_area_um2;              ///< of the 2D array and the registers in it
  std::map<std::string, double> einsum_utilization;  ///< of the 2D array, by Einsum
};

/// A row of a table: which design, at which point.
struct RowKey {
  std::string configuration;                 ///< "binding", "linear_flat", ...
  std::string model;                         ///< "bert", ...
  std::string sequence_length;               ///< "64K", ...
  std::optional<std::int64_t> pe_dimension;  ///< where the table varies it
  bool operator==(const RowKey&) const = default;
};

/// One row: theirs and ours.
struct ComparedRow {
  RowKey key;
  Figures published;
  Figures ours;  ///< all absent if `failure` is not empty
  std::optional<double>
      recounted_energy_pj;  ///< from our counts, by the rules of the table's makers
  /// Energy without the first k rules of `StudyResult::rules`, by k: the first is the recounted
  /// one, the last our own. Empty where there is no result.
  std::vector<double> energy_steps_pj;
  std::int64_t cycles = 0;
  std::int64_t bound_cycles = 0;
  std::string bound_by;
  std::string command;                 ///< that makes this row
  std::optional<double> wall_seconds;  ///< that loading, lowering and executing it took
  std::string failure;                 ///< why there is no result; empty: there is one
};

/// How far ours may lie from theirs: utilizations as a difference, all else as a share of theirs.
struct Tolerances {
  double latency = 0;
  double utilization = 0;
  double traffic = 0;
  double energy = 0;  ///< of the recounted energy
  double area = 0;
};

/// A mean over rows of the ratio of two designs (arithmetic, as the paper has it).
struct Headline {
  std::string name;      ///< "attention speedup over FLAT"
  double claimed = 0;    ///< in the paper's text
  double published = 0;  ///< recomputed from its table
  double ours = 0;       ///< for energy: by the recounted energies
  std::optional<double>
      ours_uncorrected;  ///< for energy: by our own energies, every action counted
};

/// What one rule of the makers' counting does to an energy headline when it is given up, the
/// rules before it in the list being given up already.
struct EnergyCorrection {
  std::string headline;
  std::string rule;   ///< "registers of one PE"
  std::string why;    ///< in words
  double ratio = 0;   ///< the headline with this rule and those before it given up
  double change = 0;  ///< against the ratio before it
};

/// A habit of counting of the table's makers.
struct CountingRule {
  std::string name;
  std::string why;
};

struct StudyResult {
  std::string name;
  std::string title;
  std::string source;
  std::vector<ComparedRow> rows;  ///< in the order of the tables
  std::vector<Headline> headlines;
  std::vector<CountingRule> rules;  ///< in the order in which they are given up
  std::vector<EnergyCorrection> corrections;
  std::map<std::string, Tolerances> tolerances;             ///< per configuration
  std::map<std::string, std::string> configuration_titles;  ///< "binding" -> "+Binding (FuseMax)"
};

}  // namespace attnsim::validation
