#pragma once

#include <cstddef>
#include <vector>

namespace attnsim::einsum {

/// The shapes of one attention, by rank.
struct AttentionShape {
  std::size_t batch = 1;    ///< B
  std::size_t heads = 1;    ///< H
  std::size_t e = 1;        ///< E, of a query and a key
  std::size_t f = 1;        ///< F, of a value
  std::size_t queries = 1;  ///< P
  std::size_t keys = 1;     ///< M
};

enum class AttentionMask { none, causal };

/// Softmax attention by its definition, in double precision: AV = softmax_m(Q K) V, no scale
/// factor; under a causal mask query p sees the keys m <= p. Independent of the interpreter: what
/// cascades are checked against.
///
/// @param q  [B,H,E,P], row-major
/// @param k  [B,H,E,M]
/// @param v  [B,H,F,M]
/// @return   [B,H,F,P]
/// @throws std::invalid_argument if a vector does not have its shape's size
[[nodiscard]] std::vector<double> attention_reference(const AttentionShape& shape,
                                                      const std::vector<double>& q,
                                                      const std::vector<double>& k,
                                                      const std::vector<double>& v,
                                                      AttentionMask mask = AttentionMask::none);

}  // namespace attnsim::einsum
