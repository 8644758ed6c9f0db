#pragma once

#include <string>

#include "einsum/cascade.h"

/// The steps of `check` (checker.h), private to einsum/. Each expects that those above it passed.
namespace attnsim::einsum {

/// Ranks and parameters are distinct, and so are the ranks' variables.
void check_ranks(const Cascade& cascade);

/// Fills `cascade.tensors` from inputs, views and equations; rejects a tensor with two origins.
void declare_tensors(Cascade& cascade);

/// Views, initial values and outputs agree with the tensors that they name.
void check_declarations(const Cascade& cascade);

/// One equation's right side and condition; wraps what is summed by convention.
void check_einsum(const Cascade& cascade, Einsum& einsum);

/// Every tensor is computed before it is read, recurrences apart, and these run along one rank.
void check_order(const Cascade& cascade);

/// Everything declared or computed is used.
void check_used(const Cascade& cascade);

/// Tensor, number of indices, and the names and ranks of the indices.
void check_access(const Cascade& cascade, const Access& access);

/// The names in one index; `inside` (an access, a condition) is for the message.
void check_index(const Cascade& cascade, const Index& index, const Place& place,
                 const std::string& inside);

/// The rank that a variable iterates over. @throws InputError if there is none
const Rank& rank_of_variable(const Cascade& cascade, const std::string& variable,
                             const Place& place, const std::string& inside);

}  // namespace attnsim::einsum
