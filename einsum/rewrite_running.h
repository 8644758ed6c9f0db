#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "einsum/rewrite_rules.h"

/// Running tensors, as the two rules that make them share them.
namespace attnsim::einsum {

/// RD[b,h,m1,p], generative along m1.
struct RunningTensor {
  std::string name;
  std::vector<std::string> variables;  ///< with the axis' outer variable
  std::string along;                   ///< "m1"
  double identity = 0;                 ///< its value before the first chunk

  [[nodiscard]] Access before() const;  ///< RD[b,h,m1,p]
  [[nodiscard]] Access after() const;   ///< RD[b,h,m1+1,p]
  [[nodiscard]] Access at(const Index& index) const;
};

/// The running tensor that takes the place of the reduction that the Einsum is.
[[nodiscard]] RunningTensor running_tensor(const Situation& situation, const Einsum& reduction,
                                           const std::vector<std::string>& taken);

/// One step of a reduction: a map operator, and what it starts from. A declared operator is both.
struct ReductionStep {
  std::string op;  ///< "": no map operator does it
  double identity = 0;
};
[[nodiscard]] ReductionStep reduction_step(const Cascade& cascade, const std::string& reduction);

/// Puts `equations` in place of the reduction `index` and has everything read the running tensor's
/// last value RD[M1] instead; the reduction stays as `SD = RD[M1]` where it is an output or viewed.
void replace_by_running(Cascade& cascade, const Axis& axis, std::size_t index,
                        const RunningTensor& running, std::vector<Einsum> equations);

/// Whether it reduces over the chunks, not over the whole rank as another one in its place may.
[[nodiscard]] bool reduces_chunks(const Reduce& reduce, const Axis& axis);

/// Whether something that runs along the whole axis, and waits for a fiber, needs this Einsum.
[[nodiscard]] bool delays_another(const Situation& situation, std::size_t einsum);

}  // namespace attnsim::einsum
