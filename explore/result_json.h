#pragma once

#include <nlohmann/json.hpp>

#include "sim/result.h"

/// A result as JSON and back. Key order is fixed and numbers are the shortest text that reads back
/// equal, so equal results are equal text.
namespace attnsim::explore {

using Json = nlohmann::ordered_json;

/// `cycles`, `seconds`, `energy_pj`, `bound_cycles`, `bound_by`, `skipped`, `simulated_ops`,
/// `utilization`, `units`, `traffic_bytes`, `energy_pj_by`, `einsums`, `actions`.
[[nodiscard]] Json to_json(const sim::SimResult& result);

/// The result that `to_json` wrote.
/// @throws Json::exception naming the field that is missing or of another type
[[nodiscard]] sim::SimResult result_of(const Json& json);

}  // namespace attnsim::explore
