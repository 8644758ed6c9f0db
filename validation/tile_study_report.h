#pragma once

#include <iosfwd>
#include <string>

#include "validation/tile_study.h"

namespace attnsim::validation {

/// Every row, theirs beside ours, and how far off the furthest is.
void print_tile_study(std::ostream& out, const TileStudyResult& study);

/// Every row with its tiles, the error and the command that makes it.
[[nodiscard]] std::string tile_study_csv(const TileStudyResult& study);

/// The same as a page.
[[nodiscard]] std::string tile_study_page(const TileStudyResult& study);

}  // namespace attnsim::validation
