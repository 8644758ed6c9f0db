#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// Points that a condition on coordinates leaves, whatever it does with them (`/`, `%`, `not`).
struct BoxQuestion {
  const Condition* where = nullptr;    ///< does not depend on data
  std::vector<std::string> variables;  ///< all that it names, and any other
  std::vector<std::string> reduced;    ///< of those; points of the others that reach any of these
  std::string last;                    ///< a variable that is at its last coordinate, or empty
};

/// By halving boxes of coordinates until the condition is decided in each; ranks that no conjunct
/// ties together are counted apart. In time that grows with the edges of what it leaves.
/// @return nullopt beyond `most_boxes_counted` boxes
/// @throws InputError at the condition beyond 63 bits
[[nodiscard]] std::optional<std::int64_t> count_in_boxes(const Cascade& cascade,
                                                         const BoxQuestion& question,
                                                         const Shapes& shapes);

inline constexpr std::int64_t most_boxes_counted = std::int64_t{1} << 22;

}  // namespace attnsim::einsum
