#include "einsum/count_spaces.h"

#include <algorithm>

#include "einsum/condition_groups.h"
#include "einsum/count_boxes.h"
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
  if (where != nullptr && !is_affine(*where) && !space.variables.empty()) {
    if (const auto exact = in_boxes(einsum, space.variables, without)) return known_[key] = *exact;
  }
  auto region = region_of(cascade_, where, space.variables, shapes_);
  region.place = where == nullptr ? einsum.place : where->place;
  if (!alone_.empty()) keep_last(region, cascade_.find_rank(alone_)->variable());
  return known_[key] = count(std::move(region));
}

std::optional<std::int64_t> PointCounts::in_boxes(const Einsum& einsum, const Names& variables,
                                                  const Names& without) {
  const auto say = [&](const std::string& why) {
    if (at_most_.empty()) at_most_ = "the condition of " + einsum.name() + " " + why;
  };
  if (depends_on_data(*einsum.where)) {
    say("depends on data");
    return std::nullopt;
  }
  const auto last = alone_.empty() ? "" : cascade_.find_rank(alone_)->variable();
  const auto exact = count_in_boxes(cascade_, {&*einsum.where, variables, without, last}, shapes_);
  if (!exact) say("divides, and leaves too many pieces to count");
  return exact;
}

}  // namespace attnsim::einsum
