#pragma once

#include "einsum/cascade.h"

/// Equality of what is written, wherever it stands: places and file names do not count.
namespace attnsim::einsum {

[[nodiscard]] bool same(const Access& a, const Access& b);
[[nodiscard]] bool same(const Expr& a, const Expr& b);
[[nodiscard]] bool same(const Condition& a, const Condition& b);
[[nodiscard]] bool same(const Einsum& a, const Einsum& b);
/// Compares the text's content; `tensors` follow from it.
[[nodiscard]] bool same(const Cascade& a, const Cascade& b);

}  // namespace attnsim::einsum
