#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mappings/schedule.h"
#include "sim/program.h"

namespace attnsim::sim {

/// The one unit that gives a token and the one that takes it.
struct TokenEnds {
  std::optional<mappings::UnitId> producer;
  std::optional<mappings::UnitId> consumer;
};

/// A schedule made ready to run: flat programs, and who stands at each end of every token.
struct Network {
  const mappings::Schedule* schedule = nullptr;
  IdVector<mappings::UnitId, Program> programs;
  IdVector<mappings::TokenId, TokenEnds> ends;
  IdVector<mappings::UnitId, std::size_t> first_variant;  ///< of each unit, into RunLog
  std::size_t variants = 0;
};

/// What one shape of one operation has done so far. The last arrival makes the end of the run
/// exact under leaps, without any state that the detection would have to compare.
struct VariantLog {
  std::int64_t runs = 0;
  std::int64_t signalled = 0;     ///< runs that gave a signal
  std::int64_t last_arrival = 0;  ///< of the latest of these signals
};

/// By Network::first_variant of the unit + index into its Program::costs.
using RunLog = std::vector<VariantLog>;

/// `schedule` must outlive the network.
/// @throws std::logic_error if a program is malformed (see flatten), a token's id or initial count
/// is out of range, or more than one unit gives, or takes, the same token.
[[nodiscard]] Network connect(const mappings::Schedule& schedule);

[[nodiscard]] mappings::ExecutionCounts counts_of(const Network& network, const RunLog& log);

/// The latest arrival of any signal; 0 without any.
[[nodiscard]] std::int64_t last_arrival(const RunLog& log);

}  // namespace attnsim::sim
