#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "einsum/cascade.h"

/// What mappings and analyses ask of an expression. All of them expect a checked cascade, where
/// every reduction is written out.
namespace attnsim::einsum {

/// Calls `visitor` for the expression and every expression inside it, outermost and leftmost first.
void visit(const Expr& expr, const std::function<void(const Expr&)>& visitor);

/// Calls `visitor` for the sides of every comparison of values in the condition (not for what is
/// inside them).
void visit_sides(const Condition& condition, const std::function<void(const Expr&)>& visitor);

/// Map operators and reduction steps in one evaluation of the expression at one iteration point,
/// by canonical name ("mul", "add", "exp", ..., "topk"); a reduction counts as one step of its
/// operator (sum -> "add", max -> "max", min -> "min", any -> "or"). `sum[e] Q*K` is {mul 1, add
/// 1}. A rank's first element needs no step: a whole reduction of R points has R - 1 (not counted
/// here).
[[nodiscard]] std::map<std::string, std::int64_t> count_ops(const Expr& expr);

/// The rank variables that this node reduces over or selects from; none if it does neither.
[[nodiscard]] std::vector<std::string> bound_by(const Expr& expr);

/// Every rank variable whose coordinate the value or the condition depends on, duplicates kept.
[[nodiscard]] std::vector<std::string> variables_used(const Expr& expr);
[[nodiscard]] std::vector<std::string> variables_used(const Condition& condition);

/// The rank variables that index the output (of m1+1: m1), in the output's order.
[[nodiscard]] std::vector<std::string> output_variables(const Einsum& einsum);

/// The rank variables that its reductions and selections run over, in order of appearance, each
/// once.
[[nodiscard]] std::vector<std::string> reduced_variables(const Einsum& einsum);

/// All rank variables that it iterates over: the output's, then the reduced ones.
[[nodiscard]] std::vector<std::string> iteration_variables(const Einsum& einsum);

/// The tensors (and views) read on the right, from left to right, duplicates kept: those that an
/// index gathers through behind the tensor that it indexes, those of the condition last.
[[nodiscard]] std::vector<Access> reads(const Einsum& einsum);
[[nodiscard]] std::vector<Access> reads(const Expr& expr);

}  // namespace attnsim::einsum
