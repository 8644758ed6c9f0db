#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/count_formula.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// Where an expression is evaluated: for all values of the variables, or for those that satisfy the
/// condition of its Einsum.
struct Space {
  std::vector<std::string> variables;
  bool guarded = false;
};

/// Numbers of points; the Einsums of a masked cascade ask for the same ones again and again. Keeps
/// references to what it is made from.
class PointCounts {
 public:
  /// @param alone  a rank of which only the last coordinate counts, or empty
  PointCounts(const Cascade& cascade, const Shapes& shapes, std::string alone)
      : cascade_(cascade), shapes_(shapes), alone_(std::move(alone)) {}

  std::int64_t points(const Einsum& einsum, const Space& space);

  /// Points of the space without these variables that have a point of it at some value of them.
  std::int64_t reached(const Einsum& einsum, const Space& space,
                       const std::vector<std::string>& without);

 private:
  using Names = std::vector<std::string>;

  std::int64_t remembered(const Einsum& einsum, const Space& space, const Names& without,
                          const std::function<std::int64_t(Region)>& count);

  const Cascade& cascade_;
  const Shapes& shapes_;
  std::string alone_;
  std::map<std::pair<std::pair<Names, Names>, std::string>, std::int64_t> known_;
};

}  // namespace attnsim::einsum
