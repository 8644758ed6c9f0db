#pragma once

#include <cstdint>
#include <vector>

#include "mappings/space.h"
#include "mappings/space_loops.h"

/// Where the mappings of a space keep tensors, and what that takes. Private to mappings/.
namespace attnsim::mappings {

/// One of the places where what an Einsum makes is kept.
struct ResultKeep {
  const arch::MemorySpec* memory = nullptr;
  std::size_t place = 0;     ///< shared loops around it
  std::int64_t buffers = 1;  ///< 0: as many as the pipeline needs
};

/// True if what the tensor holds goes off chip: an output, or what a later group reads.
[[nodiscard]] bool leaves_chip(const Roles& roles, const Fusion& fusion, std::size_t tensor);

/// True if an Einsum of the group reads the tensor, and none makes it.
[[nodiscard]] bool arrives(const Roles& roles, const Group& group, std::size_t tensor);

/// Where the result of an Einsum of the group is kept, unless it is passed on in registers.
/// @param leaves  as `leaves_chip` says of it
[[nodiscard]] std::vector<ResultKeep> keeps_of_result(const Roles& roles, const Outline& outline,
                                                      const Group& group, const Details& details,
                                                      std::size_t einsum, bool leaves);

/// True if the tensor may be left in a unit's registers, one coordinate at a time.
[[nodiscard]] bool may_pass(const Roles& roles, std::size_t tensor);

/// Among `none`, `piece` and `tile`: what prefetching means for a tensor from off chip.
[[nodiscard]] Prefetch prefetch_of(const Roles& roles, const Outline& outline, const Group& group,
                                   std::size_t tensor, Prefetch prefetch);

/// Words of what the group keeps of a tensor that comes from off chip.
[[nodiscard]] double arriving_words(const Roles& roles, const Outline& outline, const Group& group,
                                    std::size_t tensor, Prefetch prefetch);

/// Words of what the group makes of a tensor inside its outermost `place` loops.
[[nodiscard]] double made_words(const Roles& roles, const Outline& outline, const Group& group,
                                std::size_t tensor, std::size_t place);

/// What the keeps of an outline's mappings take at least.
class OutlineFit {
 public:
  OutlineFit(const Roles& roles, const Outline& outline, const Fusion& fusion);

  /// The part of the fullest memory that is taken at least: beyond 1 it cannot be mapped.
  [[nodiscard]] double fullness(const Details& details) const;

  /// The same of the shared memory alone, for what is there in any mapping.
  [[nodiscard]] double compulsory() const;
  [[nodiscard]] bool may_fit(const Details& details) const { return fullness(details) <= 1; }

 private:
  struct GroupFit {
    Group group;
    std::vector<double> arrivals;  ///< bytes in the shared memory, by `Prefetch`
    std::vector<bool> leaves;      ///< per Einsum of the group
  };

  [[nodiscard]] double fullness(const GroupFit& fit, const Details& details) const;
  [[nodiscard]] double entries(const GroupFit& fit, const Details& details, const ResultKeep& keep,
                               std::size_t tensor) const;

  const Roles& roles_;
  const Outline& outline_;
  double word_bytes_;
  std::vector<GroupFit> groups_;
};

}  // namespace attnsim::mappings
