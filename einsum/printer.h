#pragma once

#include <string>

#include "einsum/cascade.h"

/// The canonical text of a cascade and of its parts. `parse_cascade(to_text(c))` is `c` again
/// (`same`, structure.h) for every checked `c`, and printing that once more changes nothing.
/// Comments below the header, blank lines and redundant parentheses are not kept.
namespace attnsim::einsum {

[[nodiscard]] std::string to_text(const Index& index);          ///< `m1*M0+m0`
[[nodiscard]] std::string to_text(const Access& access);        ///< `K[b,h,e,m1*M0+m0]`
[[nodiscard]] std::string to_text(const Expr& expr);            ///< `sum[e] Q[e,p] * K[e,m]`
[[nodiscard]] std::string to_text(const Condition& condition);  ///< `p - m < W or m < S`
[[nodiscard]] std::string to_text(const Einsum& einsum);        ///< the equation, on one line
[[nodiscard]] std::string to_text(const Cascade& cascade);      ///< the file

/// The shortest decimal that reads back as the same number; `inf`, `-inf`.
[[nodiscard]] std::string to_text(double number);

}  // namespace attnsim::einsum
