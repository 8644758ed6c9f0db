#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "einsum/cascade.h"

/// Building and rewriting expressions, indices and accesses: the hands of the rewrite rules
/// (rewrite_rules.h). Nothing here knows what is legal.
namespace attnsim::einsum {

/// What a rank variable is replaced by.
using Substitution = std::map<std::string, Index>;

/// Adds up equal terms and drops those that cancel: `m1*M0+m0-m0` is `m1*M0`.
[[nodiscard]] Index simplified(const Index& index);

/// The index with its variables replaced, inside divisions and gathers too; nullopt if that is no
/// index of the language (the product of two shapes or parameters).
[[nodiscard]] std::optional<Index> substitute(const Index& index, const Substitution& by);

/// The same in every index of an expression and a condition; a coordinate that is used as a value
/// becomes arithmetic. The variables that reductions and selections bind are not renamed.
[[nodiscard]] std::optional<Expr> substitute(const Expr& expr, const Substitution& by);
[[nodiscard]] std::optional<Condition> substitute(const Condition& where, const Substitution& by);

/// The expression with each access for which `replace` has an answer replaced by it; inside an
/// index, where only tensors can stand, only by another access.
using ReplaceAccess = std::function<std::optional<Expr>(const Access&)>;
[[nodiscard]] Expr replace_accesses(const Expr& expr, const ReplaceAccess& replace);
[[nodiscard]] Condition replace_accesses(const Condition& where, const ReplaceAccess& replace);
/// In the value and the condition.
void replace_accesses(Einsum& einsum, const ReplaceAccess& replace);

/// The rank variables that it depends on and no reduction or selection inside it binds.
[[nodiscard]] std::set<std::string> free_variables(const Expr& expr);
[[nodiscard]] std::set<std::string> variables_of(const Access& access);
[[nodiscard]] std::set<std::string> variables_of(const Condition& where);

[[nodiscard]] bool intersects(const std::set<std::string>& variables,
                              const std::vector<std::string>& others);

[[nodiscard]] Expr number_expr(double value);
[[nodiscard]] Expr call_expr(const std::string& op, std::vector<Expr> arguments);
[[nodiscard]] Expr reduce_expr(const std::string& op, std::vector<std::string> variables,
                               Expr argument);
[[nodiscard]] Expr access_expr(Access access);

/// `T[b,p]`: a tensor at plain variables.
[[nodiscard]] Access plain_access(const std::string& tensor,
                                  const std::vector<std::string>& variables);

/// The variables (of `from`) that are in `wanted`, in the order of `from`.
[[nodiscard]] std::vector<std::string> keep_only(const std::vector<std::string>& from,
                                                 const std::set<std::string>& wanted);

/// The reduction that the whole right side is; nullptr if it is none.
[[nodiscard]] const Reduce* root_reduce(const Einsum& einsum);

}  // namespace attnsim::einsum
