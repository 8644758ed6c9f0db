#pragma once

#include <cstddef>

#include "mappings/space.h"

namespace attnsim::mappings {

/// Adds the outlines of a fusion that fit: with smaller and smaller tiles, until one takes half of
/// the machine at most, so that there is space to pipeline it. Private to mappings/.
/// @return false if the space then has more than `most`, and not all are in it
[[nodiscard]] bool add_outlines(MappingSpace& space, std::size_t fusion, std::size_t most);

}  // namespace attnsim::mappings
