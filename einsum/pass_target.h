#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "einsum/cascade.h"

/// What a pass is counted over: a rank, and the rank that it is a part of or that is split into it.
namespace attnsim::einsum {

/// The rank variables over which a point of an expression is evaluated.
using Bound = std::set<std::string>;

/// One traversal goes through a whole rank chunk by chunk of its outermost part. Depth 0 is the
/// whole rank and its outermost part, depth 1 the next part inside, and so on: traversals of depth
/// 1 happen anew in each chunk of each traversal of depth 0.
struct PassTarget {
  std::string rank;                ///< as asked for: M, M1 or M0
  std::string whole;               ///< M
  std::vector<std::string> parts;  ///< outermost first: M1, M0; empty if M is not split
  std::size_t depth = 0;           ///< of `rank`

  [[nodiscard]] bool is_part() const { return rank != whole; }
  [[nodiscard]] bool contains(const std::string& other) const;
  /// Of the whole rank or one of its parts.
  [[nodiscard]] std::size_t depth_of(const std::string& member) const;

  /// What a traversal of this depth goes through, as people say it: all of M, an M0.
  [[nodiscard]] const std::string& name_at(std::size_t at) const;

  /// Whether what is evaluated at these points traverses depth `at`: it runs along all of the rank.
  /// A part that was asked for is traversed by whatever runs along it, summaries of it included.
  [[nodiscard]] bool traverses(const Bound& bound, std::size_t at) const;

  /// Whether the tensor has one value or more for each chunk (or element) of the target.
  [[nodiscard]] bool runs_along(const std::vector<std::string>& ranks) const;
  /// Whether it has a value for each element of the whole rank.
  [[nodiscard]] bool spans_whole(const std::vector<std::string>& ranks) const;
};

/// @throws InputError naming the ranks there are if the cascade has no such rank, or at the rank if
///         it is a part of two ranks
[[nodiscard]] PassTarget pass_target(const Cascade& cascade, const std::string& rank);

}  // namespace attnsim::einsum
