#pragma once

#include <string>
#include <vector>

#include "base/place.h"
#include "einsum/cascade.h"
#include "einsum/pass_target.h"

/// How often any mapping of a cascade must traverse a whole fiber of a rank, from dependencies
/// alone. A pass is a traversal of every element of a fiber; one more is needed whenever something
/// that was computed from the whole fiber is combined with its elements again.
namespace attnsim::einsum {

/// When something is there, by depth of the target (pass_target.h), outermost first; compared
/// lexicographically.
struct PassTime {
  /// 2k: element by element during traversal k; 2k+1: once traversal k has ended, before the next.
  /// Traversals count from 1, so inputs are there at 1.
  std::vector<int> half;
  /// How many complete reductions along the rank stand before it, those of summaries included: what
  /// orders the Einsums between two traversals.
  std::vector<int> level;
  bool operator==(const PassTime&) const = default;
};

/// One read of a tensor by an Einsum.
struct PassUse {
  std::string tensor;  ///< views followed
  std::string einsum;
  PassTime time;       ///< when the points that need it are evaluated
  bool point = false;  ///< of one fixed element only (`RNV[M1]`)
  bool along = false;  ///< by something that runs along the target
};

/// What the analysis found out about one Einsum, in text order.
struct PassStep {
  std::string einsum;
  std::vector<int> level;  ///< of what it reads: reductions that must have ended before it starts
  std::vector<int> avail;  ///< of its output
  PassTime time;           ///< of its output
  std::vector<std::vector<int>> traversals;  ///< `half` of each traversal that it makes; or none
  std::string reduces;     ///< what it reduces over of the target: "M"; empty: nothing
  std::string needs;       ///< the tensor that it waits for longest
  bool needs_all = false;  ///< and of which it waits for the whole fiber
};

struct PassNote {
  Place place;
  std::string text;
};

struct PassAnalysis {
  PassTarget target;
  /// Traversals of a fiber. Of an inner part: within one chunk, for each traversal of what is
  /// outside of it.
  std::vector<int> passes;
  /// Not empty: a recurrence along this rank reduces over the target in every step, and `passes`
  /// are those of one step.
  std::string grows_with;
  std::vector<PassStep> steps;
  std::vector<PassUse> uses;
  std::vector<PassNote> notes;     ///< reads that could not be followed: fewer passes may suffice
  std::vector<std::string> proof;  ///< Einsums, each waiting for the one before it; the last one
                                   ///< is the first in the last pass

  /// For each Einsum of the proof, what must have been traversed before the next one: "M"; or "".
  [[nodiscard]] std::vector<std::string> barriers() const;
  /// The most in one go: what "3-pass" means.
  [[nodiscard]] int most() const;
  [[nodiscard]] int total() const;
  [[nodiscard]] const PassStep& step(const std::string& einsum) const;
};

/// @throws InputError if the cascade has no such rank
[[nodiscard]] PassAnalysis analyse_passes(const Cascade& cascade, const std::string& rank);

}  // namespace attnsim::einsum
