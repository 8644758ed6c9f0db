#pragma once

#include <string>

#include "einsum/cascade.h"

/// The grammar, one statement a line; docs/cascade_language.md says what it means.
///
///     cascade     = { comment } "cascade" NAME { statement }
///     statement   = "rank"   rank { rank }          rank = RANK [ "=" RANK "*" RANK { "*" RANK } ]
///                 | "param"  param { param }        param = PARAM "=" [ "-" ] INTEGER
///                 | "input"  access { access }
///                 | "output" access { access }
///                 | "let"    access "=" access
///                 | "init"   init { ";" init }      init = access "=" [ "-" ] number
///                 | access "=" expression [ "where" condition ]
///     expression  = product { ( "+" | "-" ) product }
///     product     = operand { ( "*" | "/" ) operand }
///     operand     = "-" operand | reduction | call | access | number | "(" expression ")"
///     reduction   = REDUCTION "[" VARIABLE { "," VARIABLE } "]" product
///     call        = OPERATOR "(" expression { "," expression } ")"
///     number      = NUMBER | "inf"
///     access      = TENSOR "[" [ index { "," index } ] "]"
///     index       = [ "-" ] term { ( "+" | "-" ) term }
///     term        = factor { "*" factor }
///     factor      = INTEGER | VARIABLE | RANK | PARAM
///     condition   = conjunction { "or" conjunction }
///     conjunction = comparison { "and" comparison }
///     comparison  = index ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) index | "(" condition ")"
///
/// Tightest first: unary minus, then * and /, then + and -, all from left to right. A reduction
/// takes the whole product to its right: `A[p] - sum[e] Q[e] * K[e] / E2[e] + C[p]` subtracts one
/// sum of e-products. A '-' right before a number belongs to the number.
namespace attnsim::einsum {

/// Reads the text as written, with no look at what its names mean: `check` does that.
/// @param file  only used in messages
/// @throws InputError at the first token that does not fit the grammar; nothing else, for any text
[[nodiscard]] Cascade parse(const std::string& text, const std::string& file);

}  // namespace attnsim::einsum
