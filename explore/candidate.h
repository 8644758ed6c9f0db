#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "explore/front.h"
#include "mappings/space.h"

namespace attnsim::explore {

/// What came of one mapping of a space.
struct Evaluation {
  enum class End { infeasible, covered, simulated };
  End end = End::infeasible;
  Costs least{};  ///< exact but for the cycles, which are the Schedule's bound
  std::int64_t cycles = 0;
  std::int64_t operations = 0;  ///< of the run, one by one
};

/// Lowers the mapping and, unless `covered` says that its bound is not worth it, runs it.
/// Energy and bytes held are known without running: counts do not depend on time.
[[nodiscard]] Evaluation evaluate(const mappings::Roles& roles, const mappings::Mapping& mapping,
                                  const std::function<bool(const Costs&)>& covered);

}  // namespace attnsim::explore
