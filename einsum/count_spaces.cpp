#include "einsum/count_spaces.h"

#include <algorithm>

#include "einsum/count_points.h"
#include "einsum/count_step.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

std::int64_t PointCounts::points(const Einsum& einsum, const Space& space) {
  return remembered(einsum, space, {}, [](Region region) { return count_points(region); });
}

std::int64_t PointCounts::reached(const Einsum& einsum, const Space& space, const Names& without) {
  return remembered(einsum, space, without,
                    [&](Region region) { return count_reached(std::move(region), without); });
}

std::int64_t PointCounts::remembered(const Einsum& einsum, const Space& space, const Names& without,
                                     const std::function<std::int64_t(Region)>& count) {
  const auto* where = space.guarded ? &*einsum.where : nullptr;
  auto sorted = space.variables;
  std::sort(sorted.begin(), sorted.end());
  const std::pair key{std::pair{std::move(sorted), without},
                      where == nullptr ? std::string() : to_text(*where)};
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  auto region = region_of(cascade_, where, space.variables, shapes_);
  region.place = where == nullptr ? einsum.place : where->place;
  if (!alone_.empty()) keep_last(region, cascade_.find_rank(alone_)->variable());
  return known_[key] = count(std::move(region));
}

}  // namespace attnsim::einsum
