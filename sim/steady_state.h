#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/network.h"
#include "sim/recorder.h"
#include "sim/walker.h"

namespace attnsim::sim {

/// Exact leaps over whole periods of a loop, at every loop level, for both executors.
///
/// At the end of an iteration of a leading stage (a *boundary*) the executor hands in a *key*: all
/// that can influence the machine's future except loop indices, with times relative to now. Let
/// the key equal an earlier one of the same run. If each loop index either has its old value, or
///   - has moved forward while no loop around it has (then it went there without starting again),
///   - and is in its interior, neither first nor last, at both times,
/// then every decision of the walks since then (guards, shapes, ragged trips, turns of a loop)
/// depended only on values that the machine has again. So the same happens again, and again, as
/// long as the moved indices stay in the interior: m periods can be taken at once by adding m times
/// the difference to indices, counts and time. The loops of different units need not be alike, and
/// a unit may stand still.
///
/// Regions are the one thing that sees more of an index than whether it is first or last. A period
/// later, the slack of a region is as it was, less factor x difference of each moved index among
/// its terms. There is one of these at most: terms are loops around one place, and no loop around
/// a moved one has moved. With none, nothing changes. With one, the loops around it stood still,
/// since the outermost that changed could not have come back; it was itself between its old and its
/// new value; those inside it may have been anywhere. This is a box of cursors, and m periods
/// more prolong it along the moved index by m times the difference. If all slacks of the prolonged
/// box lie between the same two thresholds (Walker::room), every comparison that the walks can make
/// in these periods comes out as its counterpart in the first one did, neighbours included, since
/// the step to a neighbour is a threshold. That the slack is linear makes the box's corners enough.
/// A box with two statuses admits no leap at that loop: the loops inside it find their own.
///
/// Key and indices are compared in full; there is no hash. Repeats are found with Brent's method,
/// O(1) memory, one detector per loop. Detectors that find nothing look ever more rarely.
class SteadyState {
 public:
  struct Leap {
    std::int64_t periods = 0;
    std::int64_t cycles = 0;  ///< of all the periods together
  };

  /// The walkers and the log are read, and moved by a leap.
  /// @param recorder  hears of leaps and limits them; may be null
  SteadyState(std::vector<Walker*> walkers, RunLog& log, Recorder* recorder = nullptr);

  /// Unit `unit` has ended an iteration of the loop `slot`: whether its detector wants to look at
  /// the machine. If so, call look() before the machine's next step.
  bool wants_look(std::size_t unit, std::uint32_t slot);

  /// Compares the machine at `cycle` (virtual time) with what the detectors that want a look have
  /// seen. On a repeat, moves walkers and log, and says by how much to move time.
  /// @param earliest  cycle before which no unit starts anything more; for the recorder
  std::optional<Leap> look(std::int64_t cycle, const std::vector<std::int64_t>& key,
                           std::int64_t earliest);

  [[nodiscard]] std::int64_t leaps() const { return leaps_; }

 private:
  struct Snapshot {
    std::int64_t cycle = 0;
    std::vector<std::int64_t> key;
    std::vector<std::int64_t> counters;
    RunLog log;
    Recorder::Marks marks;  ///< where there is a recorder
  };

  struct Detector {
    bool armed = false;
    bool leapt = false;  ///< in this instance of the loop
    std::uint64_t instance = 0;
    std::int64_t power = 1;   ///< boundaries for which the reference is kept
    std::int64_t steps = 0;   ///< boundaries since the reference
    std::int64_t idle = 0;    ///< boundaries to let pass
    std::int64_t barren = 0;  ///< instances of the loop in a row without a leap
    Snapshot reference;
  };

  static void start_instance(Detector& detector, std::uint64_t instance);
  [[nodiscard]] std::int64_t repeatable(const Snapshot& reference);
  [[nodiscard]] bool parent_moved(const Walker& walker, std::size_t first, std::uint32_t slot,
                                  const Snapshot& reference) const;
  void take_reference(Detector& detector, std::int64_t cycle, const std::vector<std::int64_t>& key);
  Leap leap(const Snapshot& reference, std::int64_t cycle, std::int64_t periods,
            std::int64_t earliest);
  void gather_counters();

  std::vector<Walker*> walkers_;
  RunLog* log_;
  Recorder* recorder_;
  std::vector<std::size_t> first_slot_;  ///< of each unit, into detectors and counters
  std::vector<Detector> detectors_;      ///< by unit and slot
  std::vector<std::size_t> pending_;     ///< detectors that want a look
  std::vector<std::int64_t> counters_;   ///< of all walkers, now; empty until needed
  std::int64_t leaps_ = 0;
};

}  // namespace attnsim::sim
