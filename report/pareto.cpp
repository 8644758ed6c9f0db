#include "report/pareto.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace attnsim::report {

std::vector<std::size_t> pareto_front(const std::vector<Costs>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (points[a].across != points[b].across) return points[a].across < points[b].across;
    return points[a].up < points[b].up;
  });
  std::vector<std::size_t> front;
  auto least = std::numeric_limits<double>::infinity();
  for (const auto at : order) {
    const bool equal = !front.empty() && points[front.back()].across == points[at].across &&
                       points[front.back()].up == points[at].up;
    if (!equal && points[at].up >= least) continue;
    front.push_back(at);
    least = points[at].up;
  }
  return front;
}

}  // namespace attnsim::report
