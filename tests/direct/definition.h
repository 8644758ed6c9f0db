#pragma once

#include <string>
#include <vector>

#include "direct/draws.h"
#include "direct/task.h"
#include "einsum/shapes.h"

namespace attnsim::direct {

/// An algorithm by its definition, independent of the cascade that writes it as Einsums.
struct Definition {
  std::string cascade;                 ///< the name of the cascade that is held against it
  std::vector<einsum::Shapes> shapes;  ///< three at which to compare, one of them odd-sized
  Draws draws;                         ///< of the inputs that are not uniform in [-1, 1)
  void (*compute)(Task&);              ///< defines every output
};

using Definitions = std::vector<Definition>;

/// One set of shapes a row, in the order of `names` (ranks and parameters).
[[nodiscard]] std::vector<einsum::Shapes> table(const std::vector<std::string>& names,
                                                const std::vector<std::vector<std::int64_t>>& rows);

}  // namespace attnsim::direct
