#include "explore/result_json.h"

namespace attnsim::explore {
namespace {

void read_units(const Json& json, sim::SimResult& result) {
  for (const auto& unit : json.at("units")) {
    const std::string name = unit.at("name");
    result.units.push_back({name, unit.at("port").get<bool>(), unit.at("busy_cycles").get<double>(),
                            json.at("utilization").at(name).get<double>()});
  }
}

/// All three are absent where the architecture has no areas.
void read_area(const Json& json, sim::SimResult& result) {
  if (json.contains("area_um2")) result.area_um2 = json.at("area_um2").get<double>();
  if (json.contains("area_um2_by")) {
    result.area_um2_by = json.at("area_um2_by").get<std::map<std::string, double>>();
  }
  if (json.contains("area_missing")) {
    result.area_missing = json.at("area_missing").get<std::vector<std::string>>();
  }
}

void write_area(const sim::SimResult& result, Json& json) {
  if (result.area_um2) json["area_um2"] = *result.area_um2;
  if (!result.area_um2_by.empty()) json["area_um2_by"] = result.area_um2_by;
  if (!result.area_missing.empty()) json["area_missing"] = result.area_missing;
}

}  // namespace

Json to_json(const sim::SimResult& result) {
  Json json = {{"cycles", result.cycles},
               {"seconds", result.seconds},
               {"energy_pj", result.energy_pj},
               {"bound_cycles", result.bound_cycles},
               {"bound_by", result.bound_by},
               {"skipped", result.skipped},
               {"simulated_ops", result.simulated_ops}};
  if (result.clock_hz > 0) json["clock_hz"] = result.clock_hz;
  json["utilization"] = Json::object();
  json["units"] = Json::array();
  for (const auto& unit : result.units) {
    json["utilization"][unit.name] = unit.utilization;
    json["units"].push_back(
        {{"name", unit.name}, {"port", unit.port}, {"busy_cycles", unit.busy_cycles}});
  }
  json["traffic_bytes"] = Json::object();
  for (const auto& [name, traffic] : result.traffic) {
    json["traffic_bytes"][name] = {{"read", traffic.read}, {"write", traffic.write}};
  }
  json["energy_pj_by"] = Json(result.energy_pj_by);
  write_area(result, json);
  json["einsums"] = Json::array();
  for (const auto& einsum : result.einsums) {
    json["einsums"].push_back({{"name", einsum.name},
                               {"unit", einsum.unit},
                               {"busy_cycles", einsum.busy_cycles},
                               {"utilization", einsum.utilization}});
  }
  json["actions"] = Json::array();
  for (const auto& action : result.actions) {
    json["actions"].push_back({{"component", action.component},
                               {"action", action.what},
                               {"tensor", action.tensor},
                               {"count", action.count}});
  }
  return json;
}

sim::SimResult result_of(const Json& json) {
  sim::SimResult result;
  result.cycles = json.at("cycles").get<std::int64_t>();
  result.seconds = json.at("seconds").get<double>();
  result.clock_hz = json.value("clock_hz", 0.0);
  result.energy_pj = json.at("energy_pj").get<double>();
  result.bound_cycles = json.at("bound_cycles").get<std::int64_t>();
  result.bound_by = json.at("bound_by").get<std::string>();
  result.skipped = json.at("skipped").get<bool>();
  result.simulated_ops = json.at("simulated_ops").get<std::int64_t>();
  read_units(json, result);
  for (const auto& [name, traffic] : json.at("traffic_bytes").items()) {
    result.traffic[name] = {traffic.at("read").get<std::int64_t>(),
                            traffic.at("write").get<std::int64_t>()};
  }
  for (const auto& [name, energy] : json.at("energy_pj_by").items()) {
    result.energy_pj_by[name] = energy.get<double>();
  }
  read_area(json, result);
  for (const auto& einsum : json.at("einsums")) {
    result.einsums.push_back(
        {einsum.at("name").get<std::string>(), einsum.at("unit").get<std::string>(),
         einsum.at("busy_cycles").get<std::int64_t>(), einsum.at("utilization").get<double>()});
  }
  for (const auto& action : json.at("actions")) {
    result.actions.push_back(
        {action.at("component").get<std::string>(), action.at("action").get<std::string>(),
         action.at("tensor").get<std::string>(), action.at("count").get<std::int64_t>()});
  }
  return result;
}

}  // namespace attnsim::explore
