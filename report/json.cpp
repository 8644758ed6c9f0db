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
  run.result = explore::result_of(json);
  return run;
}

}  // namespace

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
