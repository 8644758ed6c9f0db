#pragma once

#include <cuda_runtime.h>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels/shape.cuh"

namespace attnsim::gpu {

/// What a kernel has to do at least: products count two operations a term and only where the mask
/// lets them be, bytes count every input read and every output written once.
struct Work {
  double flops = 0;
  double bytes = 0;
};

/// A kernel on one shape: its buffers on the GPU, inputs random.
class Run {
 public:
  virtual ~Run() = default;
  virtual void launch(cudaStream_t stream) = 0;
  virtual Work work() const = 0;
  /// Poisons the outputs, launches, and compares with double precision on the host: "ok" with the
  /// error found, or what is wrong. At most `terms` products of the reference are computed (rows
  /// are drawn at random, the first and last always among them).
  virtual std::string check(double terms) = 0;
};

/// One kernel of the list: how it is named, where it applies, and how it is set up.
struct Kernel {
  std::string name;
  std::string about;
  std::string dtype = "bf16";
  std::function<std::string(const Shape&)> refuses;  ///< why not, or "" where it applies
  std::function<std::unique_ptr<Run>(const Shape&)> make;
  std::vector<Shape> checked;   ///< small, with ragged edges: every row is compared
  std::vector<Shape> measured;  ///< what `run` measures
};

}  // namespace attnsim::gpu
