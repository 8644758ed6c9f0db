#pragma once

#include <set>
#include <string>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/shapes.h"

/// Derivation: a search through algebraic rewrites (rewrite_rules.h) for an equivalent cascade with
/// fewer passes over a rank. From three-pass softmax attention it finds the two-pass form with the
/// division deferred, and then the one-pass form with running maximum and sums. docs/derivation.md.
namespace attnsim::einsum {

struct DerivationStep {
  std::string rule;                  ///< "defer", "run with correction", ...
  std::string einsum;                ///< where it was applied
  std::string condition;             ///< its side condition, as proven
  std::vector<std::string> touched;  ///< Einsums changed or added
  std::vector<std::string> removed;  ///< Einsums that nothing needs any more
  int passes_before = 0;
  int passes_after = 0;
  double max_error = 0;  ///< against the original, by the interpreter on random inputs
  Cascade cascade;       ///< after the step; checked
};

/// Why a rule does not lower the number of passes at an Einsum.
struct DerivationObstacle {
  std::string einsum;  ///< of the original cascade
  Place place;
  std::string rule;    ///< the rule that would have been next; "": none could be
  std::string reason;  ///< the side condition that fails
};

struct Derivation {
  std::string rank;
  int passes_before = 0;
  int passes_after = 0;
  std::vector<DerivationStep> steps;          ///< none if nothing lowers the number of passes
  std::vector<DerivationObstacle> obstacles;  ///< what keeps it from one pass; empty if it has one
  std::set<std::string> positive;             ///< inputs that were assumed to be above 0
  Cascade result;                             ///< named and with a header that says how
};

/// @param cascade  checked
/// @param given  shapes to evaluate at, where small ones chosen freely do not fit the indices
/// @throws InputError if the cascade has no such rank
[[nodiscard]] Derivation derive(const Cascade& cascade, const std::string& rank,
                                const Shapes& given = {});

/// The rank, no part of another, with the most passes; of several the one declared first.
[[nodiscard]] std::string rank_of_most_passes(const Cascade& cascade);

}  // namespace attnsim::einsum
