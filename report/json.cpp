#include "report/json.h"

#include <exception>

#include "base/error.h"
#include "base/overloaded.h"

namespace attnsim::report {
namespace {

Json operations(const arch::OperationTable& table) {
  auto json = Json::object();
  for (const auto& [name, operation] : table) {
    json[name] = {{"cycles", operation.cycles.count()},
                  {"energy_pj", operation.energy.count()},
                  {"primitives", operation.primitives},
                  {"chains", operation.chains}};
    if (operation.area) json[name]["area_um2"] = operation.area->count();
  }
  return json;
}

const char* name_of(arch::Reduction reduction) {
  return reduction == arch::Reduction::chain ? "chain" : "tree";
}

Json memory(const arch::MemorySpec& spec) {
  Json json = {{"kind", "memory"}, {"name", spec.name}, {"class", spec.technology_class}};
  if (!spec.unit.empty()) json["in"] = spec.unit;
  if (spec.capacity) json["capacity_bytes"] = spec.capacity->count();
  if (spec.entries != 0) json["entries"] = spec.entries;
  json["instances"] = spec.instances;
  json["width_bits"] = spec.width.count();
  if (spec.bandwidth) json["bandwidth_bytes_per_second"] = spec.bandwidth->count();
  json["read_pj"] = spec.read_energy.count();
  json["write_pj"] = spec.write_energy.count();
  if (spec.area) json["area_um2"] = spec.area->count();
  if (!spec.table.empty()) json["table"] = spec.table;
  return json;
}

Json component(const arch::Component& any) {
  const Overloaded visit{
      [](const arch::MemorySpec& spec) { return memory(spec); },
      [](const arch::ArraySpec& spec) {
        return Json{{"kind", "array"},
                    {"name", spec.name},
                    {"rows", spec.rows},
                    {"columns", spec.columns},
                    {"reduction", name_of(spec.reduction)},
                    {"hop_cycles", spec.hop.count()},
                    {"operations", operations(spec.operations)}};
      },
      [](const arch::VectorSpec& spec) {
        return Json{{"kind", "vector"},
                    {"name", spec.name},
                    {"lanes", spec.lanes},
                    {"reduction", name_of(spec.reduction)},
                    {"hop_cycles", spec.hop.count()},
                    {"operations", operations(spec.operations)}};
      },
      [](const arch::ChannelSpec& spec) {
        Json json = {{"kind", "channel"},
                     {"name", spec.name},
                     {"from", spec.from},
                     {"to", spec.to},
                     {"width_bits", spec.width.count()},
                     {"pj_per_bit", spec.energy_per_bit.count()}};
        if (spec.area) json["area_um2"] = spec.area->count();
        return json;
      },
  };
  return std::visit(visit, any);
}

Json gpu_json(const arch::Gpu& gpu) {
  Json json = {{"multiprocessors", gpu.multiprocessors},
               {"port_bytes_per_cycle", gpu.port},
               {"l2_latency_cycles", gpu.l2_latency.count()},
               {"dram_latency_cycles", gpu.dram_latency.count()},
               {"launch_seconds", {gpu.launch.first.count(), gpu.launch.next.count()}},
               {"power_limit_watts", gpu.power.limit.count()}};
  for (const auto& [name, operation] : gpu.operations) {
    json["operations"][name] = {{"unit", operation.unit},
                                {"rate", operation.rate},
                                {"alone", operation.alone},
                                {"latency_cycles", operation.latency.count()},
                                {"energy_pj", operation.energy.count()}};
  }
  return json;
}

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

RunRecord run_of(const Json& json) {
  const auto& config = json.at("config");
  RunRecord run;
  run.arch = config.at("arch").at("name").get<std::string>();
  run.mapping = config.at("mapping").at("name").get<std::string>();
  run.cascade = config.at("cascade").at("name").get<std::string>();
  run.label = run.mapping;
  if (!config.at("model").is_null()) run.model = config.at("model").at("name").get<std::string>();
  run.shapes = config.at("shapes").get<std::map<std::string, std::int64_t>>();
  run.clock_hz = config.at("arch").at("resolved").at("clock_hz").get<double>();
  run.result = result_of(json);
  return run;
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

Json to_json(const arch::Architecture& architecture) {
  Json json = {{"name", architecture.name},
               {"technology", architecture.technology},
               {"clock_hz", architecture.clock.count()},
               {"word_bits", architecture.word.count()}};
  json["components"] = Json::array();
  for (const auto& any : architecture.components) json["components"].push_back(component(any));
  if (architecture.gpu) json["gpu"] = gpu_json(*architecture.gpu);
  return json;
}

Json to_json(const std::vector<mappings::FootprintLine>& footprint) {
  auto json = Json::array();
  for (const auto& line : footprint) {
    json.push_back({{"memory", line.memory},
                    {"tensors", line.tensors},
                    {"tiles", line.tiles},
                    {"bytes", line.bytes},
                    {"overbooked", line.overbooked}});
  }
  return json;
}

RunRecord run_from_json(const std::string& text, const std::string& file) {
  try {
    return run_of(Json::parse(text));
  } catch (const Json::exception& error) {
    throw InputError(file,
                     std::string("is not a result of `attnsim simulate --json`: ") + error.what());
  }
}

std::string to_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace attnsim::report
