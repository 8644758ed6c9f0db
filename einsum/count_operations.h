#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/shapes.h"

/// What a cascade computes and must read and write, exactly, from its text and shapes alone. No
/// machine and no mapping: any of those can only add to it.
namespace attnsim::einsum {

/// Operations by the name of their map operator: {"mul", 4096}.
using OperationCounts = std::map<std::string, std::int64_t>;

struct EinsumCounts {
  std::string einsum;
  OperationCounts operations;
};

/// A reduction of n values is n - 1 operations (of none, none), and only points that satisfy
/// `where` count, as the interpreter evaluates it; conditions that depend on data count as
/// if they always held: there the number is the most there can be, and `at_most` says so.
struct CascadeCounts {
  std::vector<EinsumCounts> einsums;  ///< in text order
  OperationCounts operations;         ///< of all of them
  std::int64_t flops = 0;             ///< every operation counts as one, whatever it costs
  std::int64_t exponentials = 0;      ///< of those, exp and what contains one
  std::int64_t selections = 0;        ///< of those, comparisons of topk, argmax and the like: each
                                      ///< place of a selection looks at all there is
  std::int64_t input_words = 0;       ///< what is read of each input, once (WordsRead)
  std::int64_t output_words = 0;      ///< each output once, as a whole
  std::string at_most;  ///< why they may be more than what is computed; empty: they are exact
  [[nodiscard]] std::int64_t compulsory_words() const { return input_words + output_words; }
};

/// In time that does not grow with the shapes.
/// @param shapes  complete (`resolve_shapes`)
/// @throws InputError where a number is beyond 63 bits, or at a condition that ties too many ranks
///         together
[[nodiscard]] CascadeCounts count_operations(const Cascade& cascade, const Shapes& shapes);

/// The elements of an Einsum's output that it computes: those that its condition leaves.
/// @param alone  a rank of which only the last coordinate counts; empty: all of every rank
[[nodiscard]] std::int64_t count_computed(const Cascade& cascade, const Einsum& einsum,
                                          const Shapes& shapes, const std::string& alone = "");

/// What the last coordinate of a rank takes alone, everything before it being there: one query that
/// decodes, one step of a recurrence. Of the inputs, only words that it reads count, at most as
/// many as they have; the state of a recurrence along the rank is read and written.
/// @param rank  one that `why_not_alone` has nothing against
[[nodiscard]] CascadeCounts count_last(const Cascade& cascade, const Shapes& shapes,
                                       const std::string& rank);

/// Why a coordinate of the rank cannot be computed by itself ("MQ reduces over P"); empty: it can.
[[nodiscard]] std::string why_not_alone(const Cascade& cascade, const std::string& rank);

/// Whether one evaluation of the operator contains an exponential.
[[nodiscard]] bool is_exponential(const std::string& op);

}  // namespace attnsim::einsum
