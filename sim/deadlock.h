#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "sim/network.h"
#include "sim/walker.h"

namespace attnsim::sim {

/// Why a run could not go on: a line for each unit that is not at its end.
struct Deadlock {
  std::vector<std::string> who_waits_for_what;
};

/// A schedule that waits for itself. `what()` lists every blocked unit, operation and token.
class DeadlockError : public InfeasibleError {
 public:
  explicit DeadlockError(Deadlock found);
  [[nodiscard]] const Deadlock& deadlock() const { return deadlock_; }

 private:
  Deadlock deadlock_;
};

/// "unit 'array' at 'QK' waits for 1 of 'K full', 0 there".
[[nodiscard]] std::string describe_wait(const Network& network, mappings::UnitId unit,
                                        const Walker& walker, const FlatUse& wait,
                                        std::int64_t there);

}  // namespace attnsim::sim
