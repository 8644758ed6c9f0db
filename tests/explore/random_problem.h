#pragma once

#include <cstdint>

#include "arch/components.h"
#include "einsum/cascade.h"
#include "mappings/space.h"

namespace attnsim::explore {

/// Something small to map.
struct Problem {
  einsum::Cascade cascade;
  arch::Architecture architecture;
  mappings::Shapes shapes;
  mappings::SpaceLimits limits;
};

/// A random cascade (chains of products, sums, maxima and exponentials over two or three ranks; or
/// a running sum), shapes that tiles divide and that they do not, and a machine of an array and a
/// vector with random sizes, operations, memories and bandwidth.
[[nodiscard]] Problem random_problem(std::uint32_t seed);

}  // namespace attnsim::explore
