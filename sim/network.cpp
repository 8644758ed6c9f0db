#include "sim/network.h"

#include <algorithm>
#include <stdexcept>

namespace attnsim::sim {
namespace {

using mappings::Schedule;
using mappings::TokenId;
using mappings::UnitId;

void attach(std::optional<UnitId>& end, UnitId unit, const std::string& token, const char* verb) {
  if (end && *end != unit)
    throw std::logic_error("two units " + (verb + (" the token '" + token)) + "'");
  end = unit;
}

void attach_uses(const Schedule& schedule, UnitId unit, const Program& program, Network& network) {
  for (const auto& use : program.uses) {
    if (to_index(use.token) >= schedule.tokens.size())
      throw std::logic_error("unit '" + schedule.units[unit].unit + "' uses an unknown token");
  }
  for (const auto& op : program.ops) {
    for (auto i = op.waits.first; i != op.signals.last; ++i) {
      const auto token = program.uses[i].token;
      const auto& name = schedule.tokens[token].name;
      if (i < op.waits.last) {
        attach(network.ends[token].consumer, unit, name, "take");
      } else {
        attach(network.ends[token].producer, unit, name, "give");
      }
    }
  }
}

}  // namespace

Network connect(const Schedule& schedule) {
  Network network;
  network.schedule = &schedule;
  network.ends = IdVector<TokenId, TokenEnds>(schedule.tokens.size());
  for (const auto& token : schedule.tokens) {
    if (token.initial < 0) throw std::logic_error("token '" + token.name + "' starts below 0");
  }
  for (const auto& unit : schedule.units) {
    const auto id = network.programs.push_back(flatten(unit));
    network.first_variant.push_back(network.variants);
    network.variants += network.programs[id].costs.size();
    attach_uses(schedule, id, network.programs[id], network);
  }
  return network;
}

mappings::ExecutionCounts counts_of(const Network& network, const RunLog& log) {
  mappings::ExecutionCounts counts;
  auto next = log.begin();
  for (const auto& unit : network.schedule->units) {
    IdVector<mappings::OpId, std::vector<std::int64_t>> of_unit;
    for (const auto& op : unit.ops) {
      std::vector<std::int64_t> of_op(op.costs.size());
      for (auto& runs : of_op) runs = (next++)->runs;
      of_unit.push_back(std::move(of_op));
    }
    counts.push_back(std::move(of_unit));
  }
  return counts;
}

std::int64_t last_arrival(const RunLog& log) {
  std::int64_t latest = 0;
  for (const auto& variant : log) latest = std::max(latest, variant.last_arrival);
  return latest;
}

}  // namespace attnsim::sim
