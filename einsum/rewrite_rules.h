#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/rewrite_passes.h"

/// The rewrite rules of derivation (docs/derivation.md). A rule looks at one Einsum of a cascade
/// and answers with the rewritten cascade and the side condition that it proved, with the side
/// condition that fails, or with nothing if it has nothing to say there. Rules match the algebra of
/// expressions (operands, variables, what depends on what), never names.
namespace attnsim::einsum {

/// What a rule looks at.
struct Situation {
  Cascade cascade;  ///< checked
  Axis axis;
  Levels levels;

  [[nodiscard]] const Einsum& at(std::size_t index) const { return cascade.einsums[index]; }
  [[nodiscard]] int level(const Access& access) const {
    return level_of(cascade, axis, levels, access);
  }
  [[nodiscard]] int level(const Expr& expr) const { return level_of(cascade, axis, levels, expr); }
};

[[nodiscard]] Situation situation_of(Cascade cascade, const std::string& rank);

struct Rewrite {
  std::string condition;             ///< the side condition as proven, of this Einsum
  std::vector<std::string> touched;  ///< the Einsums changed or added
  std::set<std::string> positive;    ///< inputs whose elements it assumes to be above 0
  Cascade cascade;                   ///< not yet checked; what is dead is still there
};

struct Refusal {
  std::string einsum;
  std::string reason;  ///< the side condition that fails
};

using Outcome = std::variant<std::monostate, Rewrite, Refusal>;

struct Rule {
  const char* name = "";
  Outcome (*apply)(const Situation& situation, std::size_t einsum) = nullptr;
};

/// All rules, in the order in which the search prefers them.
[[nodiscard]] std::span<const Rule> rewrite_rules();

/// `f(sum[m] x)` -> X = sum[m] x; `f(X)`: a reduction over the axis gets an Einsum of its own.
[[nodiscard]] Outcome extract_reduction(const Situation& situation, std::size_t einsum);

/// `sum[m] x[m] / g` -> N = sum[m] x[m]; `N / g`: what does not depend on the reduced rank moves
/// behind the reduction, through the maps that it is hidden in.
[[nodiscard]] Outcome defer_operand(const Situation& situation, std::size_t einsum);

/// M -> M1, M0, with views of the inputs; asked at the first Einsum that waits for a whole fiber.
[[nodiscard]] Outcome split_rank(const Situation& situation, std::size_t einsum);

/// `max[m1,m0] x` -> L = max[m0] x; `max[m1] L`.
[[nodiscard]] Outcome reduce_by_chunk(const Situation& situation, std::size_t einsum);

/// `max[m1] x` -> R[m1+1] = max(R[m1], x), its last value R[M1] in place of the result.
[[nodiscard]] Outcome make_running(const Situation& situation, std::size_t einsum);

/// `sum[m1,m0] f(x, R[M1])` where f(x, r') = f(x, r) * c(r, r') -> a running sum of f(x, R[m1+1])
/// that c(R[m1], R[m1+1]) corrects at every step.
[[nodiscard]] Outcome correct_running(const Situation& situation, std::size_t einsum);

/// Removes Einsums, views and initial values that no output needs. Returns their names.
std::vector<std::string> remove_dead(Cascade& cascade);

}  // namespace attnsim::einsum
