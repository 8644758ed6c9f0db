#pragma once

#include "arch/components.h"
#include "mappings/formula.h"

namespace attnsim::explore {

/// Adds what limits may name of an architecture: `clock` (Hz), `area` of the chip (um^2, where all
/// of it is known), and of each component by its name NAME_capacity (bytes, all instances),
/// NAME_entries, NAME_width (bits), NAME_bandwidth (B/s), NAME_area (um^2, all instances),
/// NAME_rows, NAME_columns and NAME_lanes, where it has them. A '-' or '.'
/// of a name is '_'.
void add_values(const arch::Architecture& architecture, mappings::Variables& variables);

}  // namespace attnsim::explore
