#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "explore/inputs.h"

namespace attnsim::validation {

/// A row of the FuseMax evaluation's attention tables.
struct PublishedRow {
  std::string configuration;
  std::string model;
  std::string sequence_length;
  double latency_s = 0;
  double utilization_2d = 0;
  double utilization_1d = 0;
  double traffic_bytes = 0;
  double energy_pj = 0;
};

inline std::string name_of(const PublishedRow& row) {
  return row.configuration + " " + row.model + " " + row.sequence_length;
}

inline std::vector<PublishedRow> published(const std::string& configuration) {
  std::ifstream file(std::string(ATTNSIM_SOURCE_DIR) +
                     "/validation/published/fusemax_attention.csv");
  std::vector<PublishedRow> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(configuration + ",", 0) != 0) continue;
    std::istringstream cells(line);
    std::vector<std::string> cell;
    for (std::string text; std::getline(cells, text, ',');) cell.push_back(text);
    rows.push_back({cell[0], cell[1], cell[2], std::stod(cell[3]), std::stod(cell[4]),
                    std::stod(cell[5]), std::stod(cell[6]), std::stod(cell[7])});
  }
  return rows;
}

inline bool at_least_256k(const PublishedRow& row) {
  return row.sequence_length == "256K" || row.sequence_length == "1M";
}

/// What stays on chip beside the scores, as FLAT's own simulator chose it; from 256K on not even
/// the scores do.
inline std::string flat_mapping(const PublishedRow& row) {
  if (at_least_256k(row)) return "flat_weight_stationary";
  if (row.model != "xlm") return "flat";
  return row.sequence_length == "1K" || row.sequence_length == "4K" ? "flat_v" : "flat_q";
}

/// The query block of the artifact's mapper: all of them up to 64K, then 32K (16K for heads of
/// 128).
inline std::vector<std::string> unfused_overrides(const PublishedRow& row) {
  if (!at_least_256k(row)) return {};
  return {std::string("//for[@tile='65536']/@tile=") + (row.model == "xlm" ? "16384" : "32768")};
}

/// How the row is run: files, and what its mapping leaves to the length.
inline explore::Point point_of(const PublishedRow& row) {
  explore::Point point{"fusemax", "fusemax", "", row.model, row.sequence_length, "", {}};
  if (row.configuration == "architecture") point.mapping = "fusemax_architecture";
  if (row.configuration == "cascade") point.arch = point.mapping = "fusemax_cascade";
  if (row.configuration == "flat") {
    point.arch = "flat";
    point.mapping = flat_mapping(row);
  }
  if (row.configuration == "unfused") {
    point.arch = "flat";
    point.mapping = "unfused";
    point.sets = unfused_overrides(row);
  }
  return point;
}

}  // namespace attnsim::validation
