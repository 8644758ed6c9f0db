#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "mappings/schedule.h"

namespace attnsim::sim {

/// Random numbers by seed, the same on every platform.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(
        between(0, static_cast<std::int64_t>(choices.size()) - 1))];
  }

 private:
  std::mt19937 engine_;
};

/// A schedule of 2 to 5 units that cannot deadlock.
///
/// A phase is a software pipeline common to all units: loops (some ragged), and a list of steps,
/// each with a unit and a lag. Running step s of iteration i at beat i + lag(s), in the order of
/// the list within a beat, is one way to run the phase on a machine that does one thing at a time.
/// Data goes from an earlier to a later step in that order, and slots allow for the difference of
/// lags, so that this way never blocks; a network of tokens with one producer and one consumer each
/// then never blocks in any order. Steps may be nests of their own; a unit may see a loop as two.
/// Steps may exist in a part of the iterations only; those that exchange data share that part.
[[nodiscard]] mappings::Schedule random_schedule(std::uint32_t seed);

/// Appends one random phase to the bodies of all units.
void add_random_phase(mappings::Schedule& schedule, Dice& dice);

}  // namespace attnsim::sim
