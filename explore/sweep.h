#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explore/executor.h"
#include "explore/formula_text.h"

/// A sweep as its file says it, nothing looked up. The language: docs/sweeps.md.
namespace attnsim::explore {

/// `<set path= value=>`: an attribute of the architecture, mapping or model, by XPath.
struct SweepSet {
  std::string path;
  FormulaText value;
  Place place;
};

/// `<base arch= mapping=>`: every architecture with every mapping.
struct SweepBase {
  std::vector<std::string> archs;
  std::vector<std::string> mappings;
  std::string cascade;  ///< empty: the one that the mapping names
  std::vector<SweepSet> sets;
  Place place;
};

/// `<workload models= lengths=>`: every model at every length.
struct SweepWorkload {
  std::vector<std::string> models;   ///< at least one; "": none
  std::vector<std::string> lengths;  ///< at least one; "": none
  FormulaText shape;                 ///< as `--shape`
  FormulaText parameters;            ///< as `--param`
  bool causal = false;
  Place place;
};

/// `<vary name=>`: a parameter and its values.
struct SweepParameter {
  std::string name;
  std::vector<std::string> values;  ///< as sets write them: "1 MiB"
  std::vector<double> numbers;      ///< as formulas read them: 1048576; empty: some are words
  Place place;
};

/// Parameters that move together (`<zip>`); one alone otherwise.
using SweepAxis = std::vector<SweepParameter>;

/// `<let name= value=>`: a number computed from parameters, ranks and lets before it.
struct SweepLet {
  std::string name;
  mappings::Formula formula;
};

/// `<limit of= at_least= at_most=>`: a point outside of it is left out.
struct SweepLimit {
  mappings::Formula formula;
  std::optional<double> at_least;
  std::optional<double> at_most;
};

struct Sweep {
  std::string name;
  std::string path;  ///< of its file; paths in it start from there
  std::string text;  ///< of its file
  ExecutorOptions executor;
  std::chrono::milliseconds time_limit{};  ///< of a point; 0: none
  std::int64_t memory_limit = 0;           ///< of a point's worker, in bytes; 0: none
  std::vector<SweepBase> bases;
  std::vector<SweepWorkload> workloads;
  std::vector<SweepAxis> axes;
  std::vector<SweepLet> lets;
  std::vector<SweepSet> sets;
  std::vector<SweepLimit> limits;
};

}  // namespace attnsim::explore
