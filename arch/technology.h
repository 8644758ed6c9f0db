#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/units.h"

namespace attnsim::arch {

/// What one access to a memory costs, and its area.
struct MemoryFigures {
  Picojoules read_energy;
  Picojoules write_energy;
  SquareMicrons area;
};

/// Figures of memories of one technology, over their size, for some widths of an access.
struct TechnologyTable {
  enum class Size { bytes, entries };  ///< of one memory: its bytes, or its words of the width
  Size size = Size::bytes;
  std::map<Bits, std::map<std::uint64_t, MemoryFigures>> rows;  ///< by width, then by size
};

/// A table from text: comment lines with '#', a header that names the columns and their units,
/// `capacity_bytes` (or `entries`)`,width_bits,read_pj,write_pj,area_um2`, and a line a memory.
/// @throws InputError at the line and column that is wrong
[[nodiscard]] TechnologyTable parse_technology_table(const std::string& text,
                                                     const std::string& path);
[[nodiscard]] TechnologyTable load_technology_table(const std::string& path);

/// The figures of a memory: those of its row, or between two rows of the same width a power law
/// through both (a line in the logarithms), so that no figure leaves the range of its neighbours.
/// @throws TextError where the table has no such width, or the size is outside its range
[[nodiscard]] MemoryFigures figures_at(const TechnologyTable& table, std::uint64_t size,
                                       Bits width);

/// Whether the `table` of a memory is a path and not the name of a shipped one.
[[nodiscard]] bool is_path_of_table(const std::string& table);

/// The file that the `table` of a memory means: that of a shipped table or, where it is a path, one
/// that starts from the folder of the architecture.
[[nodiscard]] std::string path_of_table(const std::string& table,
                                        const std::string& architecture_path);

/// The names of the tables in a folder, without their ending, in order.
[[nodiscard]] std::vector<std::string> technology_tables_in(const std::string& folder);

}  // namespace attnsim::arch
