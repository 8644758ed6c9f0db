#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/place.h"
#include "base/xml.h"
#include "validation/study.h"

/// What a study consists of: which tables a paper printed, and how each of its rows is run.
namespace attnsim::validation {

/// A design point for the rows that it matches: the first of a configuration that does is taken.
/// Empty lists match everything.
struct RunRule {
  std::string architecture;
  std::string mapping;
  std::vector<std::string> models;
  std::vector<std::string> sequence_lengths;
  std::vector<std::int64_t> pe_dimensions;
  std::vector<std::string> sets;  ///< "XPATH=VALUE", as `--set` takes them
  Place place;
};

struct Configuration {
  std::string name;
  std::string title;
  Tolerances within;
  std::vector<RunRule> runs;
  Place place;
};

/// A claim: the mean over rows of a ratio of two configurations, each together with its `plus`.
struct Claim {
  enum class Metric { latency, energy };
  std::string name;
  Metric metric = Metric::latency;
  std::vector<std::string> of;    ///< configurations whose figures are summed above the line
  std::vector<std::string> over;  ///< and below it
  double claimed = 0;
  Place place;
};

struct StudyDescription {
  std::string name;
  std::string title;
  std::string source;
  std::vector<std::string> tables;  ///< CSV files beside the description
  std::string recounts;             ///< XML file beside it with the makers' rules; empty: none
  std::vector<Configuration> configurations;
  std::vector<Claim> claims;
  Place place;

  [[nodiscard]] const Configuration* find(const std::string& configuration) const;
};

/// @throws InputError
[[nodiscard]] StudyDescription read_study(const XmlElement& root);

/// The run that `row` is to be made with. @throws InputError if no rule of `configuration` matches
[[nodiscard]] const RunRule& rule_for(const Configuration& configuration, const RowKey& row);

}  // namespace attnsim::validation
