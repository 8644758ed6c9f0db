#pragma once

#include <cstddef>
#include <vector>

namespace attnsim::report {

/// Two figures of a point, the less the better.
struct Costs {
  double across = 0;
  double up = 0;
};

/// Which points no other one beats: none is at most as large in both and smaller in one. Of equal
/// points all are on the front. In the order of `across`, equal ones in the order given.
[[nodiscard]] std::vector<std::size_t> pareto_front(const std::vector<Costs>& points);

}  // namespace attnsim::report
