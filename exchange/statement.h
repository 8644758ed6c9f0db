#pragma once

#include "einsum/cascade.h"
#include "exchange/yaml.h"

namespace attnsim::exchange {

/// An Einsum in TeAAL's notation, or in the wider one of the cascade language (EDGE's in ASCII):
/// "Z[m,n] = A[k,m] * B[k,n]", "T[k,m] = take(A[k], B[k,m], 1)", "SN[m] = exp(QK[m] - GM[])". As
/// written: nothing is looked up. `take` becomes a condition on the other operands.
/// @throws InputError at its place in the YAML file
[[nodiscard]] einsum::Einsum parse_statement(const Yaml& text);

/// The same as text: a sum over what stands on the right only is left out, as TeAAL does.
[[nodiscard]] std::string statement_text(const einsum::Einsum& einsum);

/// What of an Einsum TeAAL's own grammar (sums of products of tensors, `take`) lacks, in words:
/// "exp", "max[m]", "a condition"; empty if it has all.
[[nodiscard]] std::vector<std::string> beyond_teaal(const einsum::Einsum& einsum);

}  // namespace attnsim::exchange
