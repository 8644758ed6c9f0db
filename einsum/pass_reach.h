#pragma once

#include <cstddef>
#include <optional>

#include "einsum/cascade.h"
#include "einsum/pass_target.h"

namespace attnsim::einsum {

/// How much of a computed tensor one read needs along the target rank.
///
/// - `T[m]`, `T[m1*M0+m0]`, `T[m+W]`, `T[m+w]`: the element at hand or a bounded number beside it.
///   They are there during the same traversal (a bounded delay is no traversal).
/// - `RM[m1]` of a generative tensor (written at m1+1) or `T[m-1]`: an earlier one; the same.
/// - `RNV[M1]`: one fixed element at the far end, which is there once the traversal has ended.
/// - Anything else (`T[M-1-m]`, `T[2*m]`, `T[p+0]`, an index computed from data): cannot be
///   followed, so all of the fiber is taken to be needed. That many traversals always suffice; the
///   count is then an upper bound and says so (`assumed`).
struct Reach {
  std::optional<std::size_t> whole_at;    ///< this depth must have been traversed to its end
  std::optional<std::size_t> earlier_at;  ///< only earlier chunks of this depth are needed
  bool point = false;    ///< one element, not the fiber: it need not stay live for a whole fiber
  bool assumed = false;  ///< a cleverer order might need less
};

/// The tensor that a read ends up at, views followed.
[[nodiscard]] const Tensor& base_tensor(const Cascade& cascade, const Access& access);

[[nodiscard]] Reach reach_of(const Cascade& cascade, const PassTarget& target,
                             const Access& access);

}  // namespace attnsim::einsum
