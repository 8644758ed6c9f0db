#include "explore/record_json.h"

namespace attnsim::explore {
namespace {

using Text = std::map<std::string, std::string>;

Json json_of(const Point& point) {
  return {{"arch", point.arch},   {"mapping", point.mapping}, {"cascade", point.cascade},
          {"model", point.model}, {"seq", point.seq},         {"shape", point.shape},
          {"sets", point.sets},   {"causal", point.causal},   {"parameters", point.parameters}};
}

Point point_of(const Json& json) {
  Point point;
  point.arch = json.at("arch").get<std::string>();
  point.mapping = json.at("mapping").get<std::string>();
  point.cascade = json.at("cascade").get<std::string>();
  point.model = json.at("model").get<std::string>();
  point.seq = json.at("seq").get<std::string>();
  point.shape = json.at("shape").get<std::string>();
  point.sets = json.at("sets").get<std::vector<std::string>>();
  point.causal = json.at("causal").get<bool>();
  point.parameters = json.at("parameters").get<std::string>();
  return point;
}

}  // namespace

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(const Task& task) {
  return compact({{"position", task.position},
                  {"key", task.key},
                  {"point", json_of(task.point)},
                  {"parameters", task.parameters}});
}

Task task_of(const std::string& text) {
  const auto json = Json::parse(text);
  return {json.at("position").get<std::int64_t>(), json.at("key").get<std::string>(),
          point_of(json.at("point")), json.at("parameters").get<Text>()};
}

std::string text_of(const Record& record) {
  Json json = {{"key", record.key},
               {"status", name_of(record.status)},
               {"error", record.error},
               {"arch", record.arch},
               {"mapping", record.mapping},
               {"cascade", record.cascade},
               {"model", record.model},
               {"shapes", record.shapes},
               {"buffer_bytes", record.buffer_bytes},
               {"algorithm_cycles", record.algorithm.cycles},
               {"algorithm_by", record.algorithm.by}};
  if (record.result) json["result"] = to_json(*record.result);
  return compact(json);
}

Record record_of(const std::string& text) {
  const auto json = Json::parse(text);
  Record record;
  record.key = json.at("key").get<std::string>();
  record.status = status_of(json.at("status").get<std::string>()).value_or(Status::internal);
  record.error = json.at("error").get<std::string>();
  record.arch = json.at("arch").get<std::string>();
  record.mapping = json.at("mapping").get<std::string>();
  record.cascade = json.at("cascade").get<std::string>();
  record.model = json.at("model").get<std::string>();
  record.shapes = json.at("shapes").get<std::map<std::string, std::int64_t>>();
  record.buffer_bytes = json.at("buffer_bytes").get<std::int64_t>();
  record.algorithm.cycles = json.at("algorithm_cycles").get<std::int64_t>();
  record.algorithm.by = json.at("algorithm_by").get<std::string>();
  if (json.contains("result")) record.result = result_of(json.at("result"));
  return record;
}

}  // namespace attnsim::explore
