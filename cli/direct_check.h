#pragma once

#include <cstdint>

#include "cli/commands.h"
#include "direct/direct.h"
#include "einsum/einsum.h"

namespace attnsim::cli {

/// The shapes at which to compare a cascade: those given, and the definition's first ones where
/// they do not contradict.
/// @param given  rank or parameter -> value
/// @throws InputError as `einsum::resolve_shapes`
[[nodiscard]] einsum::Shapes shapes_to_check(const direct::Definition& definition,
                                             const einsum::Cascade& cascade,
                                             const einsum::Shapes& given);

/// Requires the inputs, outputs and ranks of the shipped cascade of that name, whose definition
/// knows no others.
/// @throws InputError naming the first that is not there
void require_interface(const einsum::Cascade& cascade);

/// Prints how far each output of the cascade is from its definition.
/// @returns disagrees if one is too far
[[nodiscard]] ExitCode report_comparison(const direct::Definition& definition,
                                         const einsum::Cascade& cascade,
                                         const einsum::Shapes& shapes, const einsum::Values& inputs,
                                         const einsum::Values& values);

/// Compares every shipped cascade with its definition at the definition's shapes, a line for each.
[[nodiscard]] ExitCode check_all(std::uint64_t seed);

}  // namespace attnsim::cli
