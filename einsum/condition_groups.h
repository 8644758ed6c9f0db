#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// Variables that share conjuncts, and these: what one group decides says nothing of another.
struct ConditionGroup {
  std::vector<std::string> variables;
  std::vector<Condition> conditions;  ///< all of which are to hold
};

/// Every variable in one group, in the order given; a conjunct that names no variable (W > 2) goes
/// into the first.
/// @param variables  not empty; all that the condition names are among them
[[nodiscard]] std::vector<ConditionGroup> groups_of(const std::vector<std::string>& variables,
                                                    const Condition* where);

/// Whether what the condition says depends on numbers in tensors.
[[nodiscard]] bool depends_on_data(const Condition& condition);

/// Whether every comparison in it is of affine indices.
[[nodiscard]] bool is_affine(const Condition& condition);

}  // namespace attnsim::einsum
