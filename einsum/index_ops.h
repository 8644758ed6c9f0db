#pragma once

#include <cstdint>
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

/// The rank variables of the index, in order, duplicates kept.
[[nodiscard]] std::vector<std::string> variables_of(const Index& index);

/// The two indices of every comparison in the condition, from left to right.
[[nodiscard]] std::vector<Index> indices_of(const Condition& condition);

}  // namespace attnsim::einsum
