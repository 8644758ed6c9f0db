#pragma once

#include "einsum/cascade.h"
#include "einsum/token_stream.h"

namespace attnsim::einsum {

/// `p - m < W or m < S`, `not (m % 2 == 0)`, `MASK[p,m] > 0.5`. A side of a comparison is an index
/// unless a tensor, a call or a number that is not whole stands there; a value by itself is
/// compared with 0: `TREE[p,m]` is `TREE[p,m] != 0`.
[[nodiscard]] Condition parse_condition(TokenStream& stream);

}  // namespace attnsim::einsum
