#include "sim/random_schedule.h"

#include <string>

#include "sim/schedule_parts.h"

namespace attnsim::sim {

mappings::Schedule random_schedule(std::uint32_t seed) {
  Dice dice(seed);
  mappings::Schedule schedule;
  const auto units = dice.between(2, 5);
  for (std::int64_t i = 0; i < units; ++i) {
    const auto subcycles = dice.chance(30) ? dice.one_of<std::int64_t>({2, 3, 7, 10}) : 1;
    schedule.units.push_back(parts::unit("unit" + std::to_string(i), subcycles));
  }
  const auto phases = dice.chance(25) ? 2 : 1;
  for (int i = 0; i < phases; ++i) add_random_phase(schedule, dice);
  return schedule;
}

}  // namespace attnsim::sim
