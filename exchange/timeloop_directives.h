#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exchange/timeloop.h"

/// What `mapping:` says level by level, before it is a loop nest; private to exchange/.
namespace attnsim::exchange {

struct TimeloopLoop {
  std::string rank;
  std::int64_t count = 1;
  Place place;
};

/// What the directives say of one level of the machine.
struct TimeloopDirectives {
  std::vector<TimeloopLoop> loops;   ///< in time, outermost first
  std::vector<TimeloopLoop> across;  ///< over columns (meshX)
  std::vector<TimeloopLoop> down;    ///< over rows (meshY)
  std::set<std::string> bypassed;    ///< tensors
  std::optional<Place> place;        ///< of its loops
};

/// By level of the machine. The factors of each dimension multiply to its size.
/// @throws InputError at what is wrong
[[nodiscard]] std::vector<TimeloopDirectives> read_timeloop_directives(
    const Yaml& section, const TimeloopProblem& problem, const TimeloopMachine& machine,
    Losses& losses);

}  // namespace attnsim::exchange
