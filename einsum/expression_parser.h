#pragma once

#include "einsum/cascade.h"
#include "einsum/token_stream.h"

namespace attnsim::einsum {

/// The right-hand side of an equation (grammar and precedence: parser.h), as written: what is
/// summed by convention is not wrapped yet, and no name is looked up.
[[nodiscard]] Expr parse_expression(TokenStream& stream);

/// `128`, `1e-3`, `inf`, or one of these after a '-'.
[[nodiscard]] double parse_number(TokenStream& stream);

}  // namespace attnsim::einsum
