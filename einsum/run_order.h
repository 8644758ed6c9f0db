#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// One step of running a cascade: an Einsum, or a recurrence: steps that are run together,
/// coordinate by coordinate of a rank. Recurrences nest: one along layers may hold one along time.
struct RunStep {
  std::size_t einsum = 0;       ///< an index into `cascade.einsums`; of a recurrence: its first
  std::string rank;             ///< "" for an Einsum by itself
  std::vector<RunStep> body{};  ///< of a recurrence
};

/// How deep recurrences may nest.
inline constexpr int deepest_recurrence = 8;

/// The steps of a cascade, in dependency order.
/// @throws InputError where Einsums need each other but cannot be run along one rank: one does not
///         run along it, or reads what is not there yet (a checked cascade has neither)
[[nodiscard]] std::vector<RunStep> run_order(const Cascade& cascade);

/// The tensor behind an access: itself, or what the view (of a view ...) shows.
[[nodiscard]] const Tensor& base_of(const Cascade& cascade, const Access& access);

}  // namespace attnsim::einsum
