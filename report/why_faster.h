#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/run_record.h"

namespace attnsim::report {

/// A run seen from the unit that bounds it: in each cycle that unit is busy, or it waits.
struct BoundView {
  std::string unit;
  bool port = false;  ///< a memory port or channel
  double total = 0;   ///< the run's time
  double busy = 0;    ///< the unit's
  /// Busy time of all units that compute, over the run's time: above 1, some of them work at once;
  /// at most 1, they may all have worked by turns.
  double computing = 0;

  [[nodiscard]] double waiting() const { return total - busy; }
};

/// What the difference in time mostly consists of.
enum class WhyCause {
  none,     ///< both take the same time
  busier,   ///< at least nine tenths: the slower one's bounding unit is busy for longer
  waiting,  ///< at least nine tenths: it waits longer
  both
};

/// Busy time of an Einsum on the slower run's bounding unit, less that on the faster one's.
struct EinsumDifference {
  std::string einsum;
  double longer = 0;
};

/// Why one run takes less time than another, as amounts that add up: slower.total - faster.total =
/// busier + waits_longer. Cycles where both run at one clock, else seconds.
struct WhyFaster {
  bool in_seconds = false;
  BoundView faster;
  BoundView slower;
  double busier = 0;
  double waits_longer = 0;
  WhyCause cause = WhyCause::none;
  std::vector<EinsumDifference> einsums;  ///< of bounding units that compute; largest first
  /// Bytes through the memory at the slower one's bounding port, over the faster run's; absent
  /// where it is bound by no memory's port or the other has no such memory.
  std::optional<double> bytes_ratio;

  [[nodiscard]] double difference() const { return slower.total - faster.total; }
};

/// @param one, other  in either order; of equal times `one` is the faster
[[nodiscard]] WhyFaster why_faster(const RunRecord& one, const RunRecord& other);

/// The same in sentences, each of them true of the amounts.
/// @param faster, slower  the runs' labels
[[nodiscard]] std::vector<std::string> in_words(const WhyFaster& why, const std::string& faster,
                                                const std::string& slower);

}  // namespace attnsim::report
