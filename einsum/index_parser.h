#pragma once

#include "einsum/cascade.h"
#include "einsum/token_stream.h"

/// The parts of the grammar (parser.h) below expressions.
namespace attnsim::einsum {

/// `m1*M0+m0`, `h/G`, `I[p,k]`: upper-case names are rank shapes or parameters (or, with indices of
/// their own, tensors), lower-case ones rank variables.
/// @throws InputError for a product or a divisor that varies where it must not, and for
///         coefficients beyond 64 bits
[[nodiscard]] Index parse_index(TokenStream& stream);

/// `Q[b,h,e,p]`
[[nodiscard]] Access parse_access(TokenStream& stream);

/// An integer without a sign. @throws InputError if it is not whole or beyond 64 bits
[[nodiscard]] std::int64_t parse_integer(TokenStream& stream);

/// Whether a name is spelt like those of ranks, parameters and tensors.
[[nodiscard]] bool starts_upper_case(const std::string& name);

}  // namespace attnsim::einsum
