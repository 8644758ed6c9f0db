#pragma once

#include <vector>

#include "einsum/compiled_einsum.h"

namespace attnsim::einsum {

/// Resolves the names of indices and accesses to slots. What is not affine gets a slot of its own,
/// behind those of the variables. Private to the interpreter and to conditions over boxes.
class IndexCompiler {
 public:
  /// @param result  its variables are all bound; gets accesses and derived coordinates
  IndexCompiler(const Cascade& cascade, const Shapes& shapes, const Values& tensors,
                CompiledEinsum& result);

  /// Follows views down to the tensor that holds the numbers, checking bounds at every step.
  [[nodiscard]] CompiledAccess access(const Access& written, const Bindings& bindings);

  /// @throws InputError at `place` for a divisor below 1 and for coefficients beyond 64 bits
  [[nodiscard]] Affine resolve(const Index& index, const Bindings& bindings, const Place& place);

  [[nodiscard]] DerivedSlots needs_of(const std::vector<Affine>& indices) const;
  [[nodiscard]] Range range(const Affine& affine, const Place& place) const;

 private:
  [[nodiscard]] Affine resolve_part(const IndexPart& part, const Bindings& bindings,
                                    const Place& place);
  [[nodiscard]] Affine add_derived(Derived derived, Range range);
  void add_checks(CompiledAccess& compiled, const Tensor& tensor, const Access& access,
                  const std::vector<Affine>& indices) const;
  void finish(CompiledAccess& compiled, const Tensor& tensor,
              const std::vector<Affine>& indices) const;

  const Cascade& cascade_;
  const Shapes& shapes_;
  const Values& tensors_;
  CompiledEinsum& result_;
  std::vector<Range> ranges_;  ///< by slot
};

}  // namespace attnsim::einsum
