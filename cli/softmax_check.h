#pragma once

#include "einsum/einsum.h"

namespace attnsim::cli {

/// How far a cascade's output was from direct softmax attention.
struct SoftmaxCheck {
  einsum::AttentionMask mask = einsum::AttentionMask::none;
  double max_abs_error = 0;  ///< NaN if any element is
  [[nodiscard]] bool holds() const { return max_abs_error <= tolerance; }
  static constexpr double tolerance = 1e-9;
};

/// Compares the AV that a cascade computed with softmax attention by its definition, causal if its
/// Einsums are restricted to m <= p.
/// @throws InputError if the cascade is not Q[b,h,e,p] K[b,h,e,m] V[b,h,f,m] -> AV[b,h,f,p], or has
///         a `where` other than m <= p
[[nodiscard]] SoftmaxCheck check_softmax(const einsum::Cascade& cascade,
                                         const einsum::Shapes& shapes, const einsum::Values& inputs,
                                         const einsum::Values& outputs);

}  // namespace attnsim::cli
