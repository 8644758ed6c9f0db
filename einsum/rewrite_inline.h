#pragma once

#include <optional>
#include <string>
#include <vector>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// What an access stands for: the right side of its Einsum at the indices of the access, and the
/// condition under which that is what it holds (elsewhere it holds 0).
struct Definition {
  Expr value;
  std::optional<Condition> where;
};

/// nullopt if the tensor is no map: an input, a view, a reduction, generative; or if the indices
/// of the access cannot be put into its equation.
[[nodiscard]] std::optional<Definition> definition_at(const Cascade& cascade, const Access& access);

/// `order` with `variable` put where the accesses of `expr` have it: before p and behind f for
/// `SN[b,h,m1,m0,p] * BV[b,h,f,m1,m0]`. Unchanged if it is there already.
[[nodiscard]] std::vector<std::string> with_variable(std::vector<std::string> order,
                                                     const std::string& variable, const Expr& expr);

/// "A, SN" of the Einsums' names, each once.
void add_unique(std::vector<std::string>& names, const std::string& name);

}  // namespace attnsim::einsum
