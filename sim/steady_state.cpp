#include "sim/steady_state.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace attnsim::sim {
namespace {

/// A window of more boundaries than the first is followed by a pause of its own length, of more
/// than the second by one of thrice its length: a loop that never repeats costs a quarter of the
/// looks.
constexpr std::int64_t eager_window = 32;
constexpr std::int64_t patient_window = 256;
/// After this many instances of a loop without a leap, only one in so many is watched.
constexpr std::int64_t barren_instances = 16;

/// How often the index of `slot` can go on from `now` as it has just gone on, by `moved`, without
/// leaving the interior of its loop or changing the status of a region.
std::int64_t room_of(const Walker& walker, std::uint32_t slot, std::int64_t now,
                     std::int64_t moved) {
  const auto interior = walker.trip(slot) - 2 - now;
  if (interior < moved) return 0;
  return std::min(interior / moved, walker.room(slot, moved, moved));
}

}  // namespace

SteadyState::SteadyState(std::vector<Walker*> walkers, RunLog& log, Recorder* recorder)
    : walkers_(std::move(walkers)), log_(&log), recorder_(recorder) {
  std::size_t slots = 0;
  for (const auto* walker : walkers_) {
    first_slot_.push_back(slots);
    slots += walker->counters().size();
  }
  detectors_.resize(slots);
}

void SteadyState::start_instance(Detector& detector, std::uint64_t instance) {
  detector.barren = detector.leapt || detector.instance == 0 ? 0 : detector.barren + 1;
  detector.instance = instance;
  detector.armed = detector.leapt = false;
  detector.power = 1;
  detector.steps = detector.idle = 0;
}

bool SteadyState::wants_look(std::size_t unit, std::uint32_t slot) {
  const auto& walker = *walkers_[unit];
  // Neither a reference nor a repeat can be in the last two iterations, or in a loop without room.
  const auto index = walker.counters()[slot];
  const auto trip = walker.trip(slot);
  if (trip < 5 || index > trip - 3) return false;
  auto& detector = detectors_[first_slot_[unit] + slot];
  const auto instance = walker.instance(slot);
  if (detector.instance != instance) start_instance(detector, instance);
  if (detector.barren >= barren_instances && detector.barren % barren_instances != 0) return false;
  if (detector.idle > 0) {
    --detector.idle;
    return false;
  }
  pending_.push_back(first_slot_[unit] + slot);
  return true;
}

std::optional<SteadyState::Leap> SteadyState::look(std::int64_t cycle,
                                                   const std::vector<std::int64_t>& key,
                                                   std::int64_t earliest) {
  counters_.clear();
  std::optional<Leap> result;
  for (const auto number : pending_) {
    auto& detector = detectors_[number];
    ++detector.steps;
    const bool same = detector.armed && detector.reference.key == key;
    auto periods = same ? repeatable(detector.reference) : 0;
    if (recorder_ != nullptr && periods > 0) {
      const auto period = cycle - detector.reference.cycle;
      periods = std::min(periods, recorder_->periods_allowed(earliest, period));
    }
    if (periods > 0) {
      result = leap(detector.reference, cycle, periods, earliest);
      detector.armed = false;
      detector.leapt = true;
      detector.power = 1;
      break;  // what the other detectors wanted to see has moved away
    }
    if (!detector.armed || detector.steps >= detector.power) take_reference(detector, cycle, key);
  }
  pending_.clear();
  return result;
}

/// Brent: the reference is kept for a window of boundaries, each twice as long as the last.
void SteadyState::take_reference(Detector& detector, std::int64_t cycle,
                                 const std::vector<std::int64_t>& key) {
  detector.steps = 0;
  if (detector.armed) {
    detector.power *= 2;
    if (detector.power > eager_window) {
      detector.armed = false;
      detector.idle = detector.power * (detector.power > patient_window ? 3 : 1);
      return;
    }
  }
  detector.armed = true;
  gather_counters();
  auto& reference = detector.reference;
  reference.cycle = cycle;
  reference.key = key;
  reference.counters = counters_;
  reference.log = *log_;
  if (recorder_ != nullptr) reference.marks = recorder_->marks();
}

void SteadyState::gather_counters() {
  if (!counters_.empty()) return;
  for (const auto* walker : walkers_)
    counters_.insert(counters_.end(), walker->counters().begin(), walker->counters().end());
}

bool SteadyState::parent_moved(const Walker& walker, std::size_t first, std::uint32_t slot,
                               const Snapshot& reference) const {
  for (auto p = walker.program().loops[slot].parent; p >= 0;) {
    const auto parent = static_cast<std::uint32_t>(p);
    if (counters_[first + parent] != reference.counters[first + parent]) return true;
    p = walker.program().loops[parent].parent;
  }
  return false;
}

/// How many more times the span since `reference`, whose key is the present one, is sure to repeat.
std::int64_t SteadyState::repeatable(const Snapshot& reference) {
  gather_counters();
  auto periods = std::numeric_limits<std::int64_t>::max();
  for (std::size_t unit = 0; unit < walkers_.size(); ++unit) {
    const auto& walker = *walkers_[unit];
    const auto first = first_slot_[unit];
    for (std::uint32_t slot = 0; slot < walker.counters().size(); ++slot) {
      const auto before = reference.counters[first + slot];
      const auto now = counters_[first + slot];
      if (now == before) continue;
      if (now < before || before == 0 || parent_moved(walker, first, slot, reference)) return 0;
      periods = std::min(periods, room_of(walker, slot, now, now - before));
      if (periods == 0) return 0;
    }
  }
  return periods == std::numeric_limits<std::int64_t>::max() ? 0 : periods;
}

SteadyState::Leap SteadyState::leap(const Snapshot& reference, std::int64_t cycle,
                                    std::int64_t periods, std::int64_t earliest) {
  std::transform(counters_.begin(), counters_.end(), reference.counters.begin(), counters_.begin(),
                 std::minus<>());
  for (std::size_t unit = 0; unit < walkers_.size(); ++unit) {
    const auto first = first_slot_[unit];
    for (std::uint32_t slot = 0; slot < walkers_[unit]->counters().size(); ++slot) {
      const auto moved = counters_[first + slot];
      if (moved != 0) walkers_[unit]->add_to_counter(slot, periods * moved);
    }
  }
  if (recorder_ != nullptr) {
    recorder_->leapt({earliest, cycle - reference.cycle, periods, &reference.marks, &counters_});
  }
  const Leap result{periods, periods * (cycle - reference.cycle)};
  for (std::size_t i = 0; i < log_->size(); ++i) {
    auto& now = (*log_)[i];
    const auto signalled = now.signalled - reference.log[i].signalled;
    now.runs += periods * (now.runs - reference.log[i].runs);
    now.signalled += periods * signalled;
    if (signalled != 0) now.last_arrival += result.cycles;
  }
  ++leaps_;
  return result;
}

}  // namespace attnsim::sim
