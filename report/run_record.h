#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "mappings/bounds.h"
#include "sim/result.h"

namespace attnsim::report {

/// A result and what it is the result of: what the printers need to say so.
struct RunRecord {
  std::string label;  ///< heads the run's column in a comparison
  std::string arch;
  std::string mapping;
  std::string cascade;
  std::string model;                           ///< empty: shapes given one by one
  std::map<std::string, std::int64_t> shapes;  ///< of the cascade's whole ranks
  double clock_hz = 0;
  sim::SimResult result;
  mappings::Bound algorithm;  ///< of every mapping (mappings/algorithm_bound.h); 0: not known
};

/// "B=64 E=64 F=64 H=12 M=4096 P=4096".
[[nodiscard]] std::string shapes_text(const std::map<std::string, std::int64_t>& shapes);

}  // namespace attnsim::report
