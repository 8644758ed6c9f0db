#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/pass_analysis.h"
#include "einsum/pass_words.h"

/// What must be kept from one traversal of a fiber to the next, and so the least buffer that grows
/// with the rank.
namespace attnsim::einsum {

/// A tensor that something reads again after the end of the traversal in which it was made.
struct LiveTensor {
  std::string name;
  Words words;            ///< for one coordinate of `LiveSet::per`
  bool whole = false;     ///< a value for each element of the fiber; else a summary of each chunk
  std::vector<int> made;  ///< `PassTime::half`
  std::vector<int> last_read;  ///< the same
};

struct LiveSet {
  /// The ranks that can be cut into single coordinates without computing anything twice: those of
  /// all live and accumulated tensors (B, H and P of attention).
  std::vector<std::string> per;
  std::vector<LiveTensor> tensors;  ///< in text order
  /// Words that grow with the rank. Tensors over the whole fiber may take each other's place: of
  /// those, what lives across one and the same barrier, at the worst barrier. Summaries are counted
  /// all.
  MostWords footprint;
  Words without_reuse;  ///< if nothing takes another's place
  /// Words that do not grow: what each step of a traversal reads or updates, one coordinate of
  /// recurrences (Q, RM, RD and RNV of one-pass attention).
  Words state;
  std::vector<std::string> state_tensors;
};

[[nodiscard]] LiveSet live_set(const Cascade& cascade, const PassAnalysis& analysis);

/// Traffic beyond reading each input and writing each output once, in words of the whole problem.
struct ExtraTraffic {
  struct Spill {
    std::string tensor;
    std::int64_t moves = 0;  ///< one write, and the reads
  };
  std::vector<Spill> spills;
  Words spilled;     ///< live tensors written once and read in each later traversal that uses them
  Words read_again;  ///< inputs, for each traversal after the first that uses them
  std::vector<std::string> inputs;  ///< those that more than one traversal uses
};

/// What it takes if nothing that grows with the rank is kept on chip from one traversal to the
/// next.
[[nodiscard]] ExtraTraffic extra_traffic(const Cascade& cascade, const PassAnalysis& analysis,
                                         const LiveSet& live);

}  // namespace attnsim::einsum
