#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// `m1+1` as {"m1", 1}: an index that is one rank variable and a constant.
struct VariableOffset {
  std::string variable;
  std::int64_t offset = 0;
};

/// The index as a variable and a constant; nullopt if it is anything else (`0`, `M`, `2*m`, `m+p`).
[[nodiscard]] std::optional<VariableOffset> as_offset(const Index& index);

/// The index as a lone variable (`m`); nullopt if it is anything else, `m+0` included.
[[nodiscard]] std::optional<std::string> as_variable(const Index& index);

/// The index `m`.
[[nodiscard]] Index variable_index(const std::string& variable);

/// Whether the index is affine: no division, remainder or gather, and no product of two shapes.
[[nodiscard]] bool is_affine(const Index& index);

/// Calls `visitor` for every term of the index and of the indices inside it, outermost first.
void visit_terms(const Index& index, const std::function<void(const Term&)>& visitor);

/// The rank variables of the index, in order, those inside divisions and gathers too, duplicates
/// kept.
[[nodiscard]] std::vector<std::string> variables_of(const Index& index);

/// The tensors that the index gathers through, outermost first; none if it is affine.
[[nodiscard]] std::vector<Access> gathers_of(const Index& index);

/// The two indices of every comparison of indices in the condition, from left to right. Those of
/// tensors in comparisons of values are not among them.
[[nodiscard]] std::vector<Index> indices_of(const Condition& condition);

}  // namespace attnsim::einsum
