#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
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

  /// Why a number was the most there can be; empty: all are exact.
  [[nodiscard]] const std::string& at_most() const { return at_most_; }

  std::int64_t points(const Einsum& einsum, const Space& space);

  /// Points of the space without these variables that have a point of it at some value of them.
  std::int64_t reached(const Einsum& einsum, const Space& space,
                       const std::vector<std::string>& without);

 private:
  using Names = std::vector<std::string>;

  std::int64_t remembered(const Einsum& einsum, const Space& space, const Names& without,
                          const std::function<std::int64_t(Region)>& count);

  /// Under a condition that is not of affine indices alone; nullopt, and `at_most` says so, where
  /// data decide or it is too much to count.
  std::optional<std::int64_t> in_boxes(const Einsum& einsum, const Names& variables,
                                       const Names& without);

  const Cascade& cascade_;
  const Shapes& shapes_;
  std::string alone_;
  std::string at_most_;
  std::map<std::pair<std::pair<Names, Names>, std::string>, std::int64_t> known_;
};

}  // namespace attnsim::einsum
