#pragma once

#include <string>

#include "einsum/cascade.h"

/// The grammar, one statement a line; docs/cascade_language.md says what it means.
///
///     cascade     = { comment } "cascade" NAME { statement }
///     statement   = "rank"     rank { rank }        rank = RANK [ "=" RANK { "*" RANK } ]
///                 | "param"    param { param }      param = PARAM "=" [ "-" ] INTEGER
///                 | "typical"  size { size }        size = ( RANK | PARAM ) "=" expression
///                 | "operator" OPERATOR "(" ARGUMENT { "," ARGUMENT } ")" [ "identity" number ]
///                              "=" expression
///                 | "input"    tensor { tensor }    tensor = access [ ":" TYPE ]
///                 | "output"   tensor { tensor }
///                 | "let"      access "=" access
///                 | "init"     init { ";" init }    init = access "=" expression
///                 | tensor "=" expression [ "where" condition ]
///     expression  = product { ( "+" | "-" ) product }
///     product     = operand { ( "*" | "/" ) operand }
///     operand     = "-" operand | reduction | selection | call | access | name | number
///                 | "(" expression ")"
///     reduction   = REDUCTION "[" VARIABLE { "," VARIABLE } "]" product
///     selection   = ( "argmax" | "argmin" ) "[" VARIABLE "]" product
///                 | ( "topk" | "bottomk" ) "[" VARIABLE "]" "(" expression "," expression ")"
///     call        = OPERATOR "(" expression { "," expression } ")"
///     number      = [ "-" ] ( NUMBER | "inf" )
///     name        = VARIABLE | RANK | PARAM           in an operator: ARGUMENT
///     access      = TENSOR "[" [ index { "," index } ] "]"
///     index       = [ "-" ] term { ( "+" | "-" ) term }
///     term        = factor { ( "*" | "/" | "%" ) factor }
///     factor      = INTEGER | name | access | "(" index ")"
///     condition   = conjunction { "or" conjunction }
///     conjunction = negation { "and" negation }
///     negation    = "not" negation | "(" condition ")" | comparison
///     comparison  = side COMPARATOR side | value      COMPARATOR = "<" "<=" ">" ">=" "==" or "!="
///     side        = index | value                     a value is an expression with a tensor or a
///                                                     call in it, or a number
///
/// Tightest first: unary minus, then * and / (and % in an index), then + and -, all from left to
/// right. A reduction takes the whole product to its right: `A[p] - sum[e] Q[e] * K[e] / E2[e] +
/// C[p]` subtracts one sum of e-products. A '-' right before a number belongs to the number.
namespace attnsim::einsum {

/// Reads the text as written, with no look at what its names mean: `check` does that.
/// @param file  only used in messages
/// @throws InputError at the first token that does not fit the grammar; nothing else, for any text
[[nodiscard]] Cascade parse(const std::string& text, const std::string& file);

}  // namespace attnsim::einsum
