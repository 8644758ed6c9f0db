#pragma once

#include <string>

#include "einsum/cascade.h"

/// The steps of `check` (checker.h), private to einsum/. Each expects that those above it passed.
namespace attnsim::einsum {

/// Ranks and parameters are distinct, and so are the ranks' variables.
void check_ranks(const Cascade& cascade);

/// Puts the parts of parts behind the whole that they stand in, as the printer writes them.
void order_ranks(Cascade& cascade);

/// Typical sizes: of ranks and parameters, made of such, of numbers and of the language's
/// operators.
void check_typicals(const Cascade& cascade);

/// Operators that the cascade declares: names, what they compute, and what an identity promises.
void check_operators(const Cascade& cascade);

/// How many arguments the operator of this name takes. @throws InputError if there is none
[[nodiscard]] std::size_t arity_of(const Cascade& cascade, const std::string& name,
                                   const Place& place);

/// @throws InputError if a call of this operator cannot have so many arguments
void check_arity(const std::string& name, std::size_t arity, std::size_t given, const Place& place);

/// Gives each tensor the element type that is declared for it.
void set_types(Cascade& cascade);

/// Fills `cascade.tensors` from inputs, views and equations; rejects a tensor with two origins.
void declare_tensors(Cascade& cascade);

/// Views, initial values and outputs agree with the tensors that they name.
void check_declarations(const Cascade& cascade);

/// Where the condition applies: all its names are known, and some scope binds all its variables.
/// @param scopes  the sets of variables that are bound together in the equation
void check_where(const Cascade& cascade, const Einsum& einsum,
                 const std::vector<std::vector<std::string>>& scopes);

/// One equation's right side and condition; wraps what is summed by convention.
void check_einsum(const Cascade& cascade, Einsum& einsum);

/// Every tensor is computed before it is read, recurrences apart, and these run along one rank.
void check_order(const Cascade& cascade);

/// Everything declared or computed is used.
void check_used(const Cascade& cascade);

/// Tensor, number of indices, and the names and ranks of the indices.
void check_access(const Cascade& cascade, const Access& access);

/// The names in one index, gathers included; `inside` (an access, a condition) is for the message.
void check_index(const Cascade& cascade, const Index& index, const Place& place,
                 const std::string& inside);

/// The rank that a variable iterates over. @throws InputError if there is none
const Rank& rank_of_variable(const Cascade& cascade, const std::string& variable,
                             const Place& place, const std::string& inside);

}  // namespace attnsim::einsum
