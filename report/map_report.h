#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "explore/mapper.h"
#include "mappings/space.h"
#include "report/json.h"

namespace attnsim::report {

/// A mapping that the front is set against.
struct MapRival {
  std::string name;
  explore::Costs costs{};
};

/// A mapping that cannot be run on the machine, at these shapes.
struct MapMisfit {
  std::string name;
  std::string reason;
};

/// What a search was for and what it found.
struct MapReport {
  std::string cascade;
  std::string arch;
  std::string model;  ///< empty: shapes given one by one
  std::map<std::string, std::int64_t> shapes;
  mappings::Bound algorithm;  ///< of the cascade on the machine, whatever the mapping
  double clock_hz = 0;
  const mappings::MappingSpace* space = nullptr;
  explore::Objectives objectives;
  double within = 0;
  explore::MapperResult result;
  std::vector<MapRival> rivals;
  std::vector<MapMisfit> misfits;  ///< among what it was to be set against
  double seconds = 0;              ///< that the search took
};

/// The front, what each mapping is, how it compares, and what the claim is worth: the space and
/// the proof or the gap.
void print_map(std::ostream& out, const MapReport& report);

/// The time that the search took and mappings a second.
void print_rate(std::ostream& out, const MapReport& report);

/// The same, without the time that it took: the same inputs give the same text.
[[nodiscard]] Json to_json(const MapReport& report);

}  // namespace attnsim::report
