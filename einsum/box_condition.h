#pragma once

#include <string>
#include <utility>
#include <vector>

#include "einsum/affine.h"
#include "einsum/cascade.h"
#include "einsum/compiled_einsum.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// By slot, the least and the largest coordinate.
using Box = std::vector<Range>;

[[nodiscard]] constexpr std::int64_t length(const Range& range) {
  return range.second - range.first + 1;
}

/// The lower and the upper half along the slot, which has two coordinates at least.
[[nodiscard]] std::pair<Box, Box> halves(const Box& box, std::size_t slot);

/// At how many points of a box a condition holds; `sometimes` may turn out to be either of the
/// others when the box is cut, except at a single point.
enum class Truth { never, sometimes, always };

/// Conditions on coordinates (any of the language's, with `/` and `%`, but none that depends on
/// data) that are decided over whole boxes of them, by interval arithmetic.
class BoxCondition {
 public:
  /// @param conditions  all of which are to hold
  /// @param variables   by slot; of ranks, all that the conditions name
  /// @throws InputError at a comparison that depends on data, or whose numbers are beyond 64 bits
  BoxCondition(const Cascade& cascade, const std::vector<Condition>& conditions,
               const std::vector<std::string>& variables, const Shapes& shapes);

  /// @param box        of the variables' slots, inside of their ranks
  /// @param undecided  where the answer is `sometimes`, the slots of the comparisons that are to
  ///                   blame, some of them longer than one coordinate: to cut others tells nothing
  [[nodiscard]] Truth over(const Box& box, std::vector<std::size_t>& undecided) const;

 private:
  struct Node {
    Condition::Kind kind = Condition::Kind::all_of;
    Comparator comparator = Comparator::less;
    Affine difference;               ///< of a comparison: left - right
    std::vector<std::size_t> slots;  ///< of a comparison: of variables, also inside `/` and `%`
    std::vector<Node> parts;
  };

  class Compiler;

  [[nodiscard]] static Truth truth_of(const Node& node, const Box& box,
                                      std::vector<std::size_t>& undecided);

  Node root_;
  std::vector<Derived> derived_;  ///< in the slots behind those of the variables
};

}  // namespace attnsim::einsum
