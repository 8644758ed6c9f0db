#pragma once

#include <string>
#include <vector>

#include "base/csv_table.h"
#include "validation/study.h"

namespace attnsim::validation {

/// One row of what was published.
struct PublishedRow {
  RowKey key;
  Figures figures;
};

/// Adds the rows of a table. Key columns: configuration, model, sequence_length and, if it varies,
/// pe_dimension. The others are figures, each with its unit: latency_s, utilization_2d,
/// utilization_1d, traffic_bytes, energy_pj, area_um2, array_area_um2, and `einsum_NAME` for the
/// utilization of the 2D array by that Einsum. A row whose key is there already adds its figures to
/// it.
/// @throws InputError for a column that is none of these, or a figure that is there twice
void add_rows(const CsvTable& table, std::vector<PublishedRow>& rows);

}  // namespace attnsim::validation
