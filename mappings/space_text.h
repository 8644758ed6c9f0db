#pragma once

#include <string>
#include <vector>

#include "mappings/space.h"

namespace attnsim::mappings {

/// The rules of a space with its numbers, a line each: what a claim of optimality is about.
[[nodiscard]] std::vector<std::string> statement_of(const MappingSpace& space);

/// What a mapping of the space is, in words, part by part:
/// "fused", "P 256 in blocks of 1024, M1 1, M0 256", "P on columns, M0 on rows", ...
[[nodiscard]] std::vector<std::string> describe(const MappingSpace& space, const Outline& outline,
                                                const Details& details);

}  // namespace attnsim::mappings
