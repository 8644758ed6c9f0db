#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/level_log.h"
#include "sim/network.h"
#include "sim/timeline.h"
#include "sim/walker.h"

namespace attnsim::sim {

struct RecordOptions {
  /// Periods are never leapt over inside of a window. Everything is no such window: there leaps are
  /// slices of their own.
  Window window;
  std::size_t limit = 1'000'000;  ///< slices that are kept: the earliest
};

/// Gathers the slices of one run; both executors give it the same ones, in any order of lanes.
///
/// A leap at `from` over m periods of p cycles leaves out what a unit would have done from its own
/// present on, which may lie ahead of `from`. The recorder puts back, as copies of the last period,
/// what of that ends after from + m p. So outside of skips nothing is ever missing.
class Recorder {
 public:
  using Marks = LevelLog::Marks;

  struct Leap {
    std::int64_t from = 0;  ///< cycle; no unit would have started anything that is left out earlier
    std::int64_t period = 0;  ///< cycles
    std::int64_t periods = 0;
    const Marks* since = nullptr;                      ///< where the last period began
    const std::vector<std::int64_t>* moved = nullptr;  ///< by unit and slot: in one period
  };

  explicit Recorder(const RecordOptions& options) : options_(options) {}

  /// Called by the executor. `network` must outlive the run.
  void begin(const Network& network, bool leaps);
  /// The operation at which `walker` stands occupies its unit from `start` to `end`, in subcycles
  /// of virtual time.
  void ran(std::size_t unit, const Walker& walker, std::int64_t start, std::int64_t end);
  [[nodiscard]] Marks marks() const;
  /// Periods that a leap from `from` may take at the most; 0 where they take no time.
  [[nodiscard]] std::int64_t periods_allowed(std::int64_t from, std::int64_t period) const;
  void leapt(const Leap& leap);

  /// Once the run is over, which took so many cycles.
  [[nodiscard]] Timeline timeline(std::int64_t cycles) const;

 private:
  struct Record {
    std::int64_t start = 0;  ///< in subcycles
    std::int64_t end = 0;
    std::uint64_t number = 0;  ///< of executions of its lane, from 1
    std::uint32_t work = 0;
  };

  struct Track {
    std::int64_t subcycles = 1;
    std::size_t depth = 0;       ///< indices of a record
    std::size_t first_slot = 0;  ///< of all units' slots
    std::uint64_t executions = 0;
    std::vector<Record> records;        ///< by start
    std::vector<std::int64_t> indices;  ///< `depth` of each record, outermost first
  };

  struct Place {
    std::uint32_t work = 0;            ///< of its first variant
    std::vector<std::uint32_t> slots;  ///< of the loops around it, outermost first
  };

  void add_unit(const Network& network, mappings::UnitId unit);
  void add_place(const Network& network, mappings::UnitId unit, const FlatOp& op);
  [[nodiscard]] bool everything() const { return options_.window == Window{}; }
  [[nodiscard]] bool before_window(const Track& track, const Record& record) const;
  void keep(Track& track, const Record& record);
  void copy_tail(Track& track, const Leap& leap, std::uint64_t since);
  void make_room();
  [[nodiscard]] double start_of_last_kept() const;
  template <class Drop>
  void drop_if(Track& track, Drop drop);

  RecordOptions options_;
  bool leaps_ = false;
  std::vector<Lane> lanes_;
  std::vector<Work> works_;
  std::vector<Track> tracks_;               ///< by unit
  std::vector<std::vector<Place>> places_;  ///< by unit and number of the operation in its program
  std::vector<Skip> skips_;
  LevelLog levels_;
  std::size_t records_ = 0;
  double cut_ = std::numeric_limits<double>::infinity();  ///< what starts later is left out
  std::int64_t left_out_ = 0;
};

}  // namespace attnsim::sim
