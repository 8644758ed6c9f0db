#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mappings/schedule.h"

/// Short words for writing schedules by hand.
namespace attnsim::sim::parts {

using mappings::Cost;
using mappings::Edge;
using mappings::Guard;
using mappings::Loop;
using mappings::Nest;
using mappings::Node;
using mappings::OpId;
using mappings::Region;
using mappings::Schedule;
using mappings::Stage;
using mappings::TileOp;
using mappings::TokenId;
using mappings::TokenUse;
using mappings::UnitId;
using mappings::UnitProgram;

inline Loop loop(std::int64_t trip) { return {"", trip, trip, {}}; }
inline Edge first(int depth) { return {depth, Edge::Kind::first}; }
inline Edge last(int depth) { return {depth, Edge::Kind::last}; }
inline Edge not_first(int depth) { return {depth, Edge::Kind::not_first}; }
inline Edge not_last(int depth) { return {depth, Edge::Kind::not_last}; }
inline TokenUse one(TokenId token, Guard when = {}) { return {token, 1, std::move(when)}; }

inline TileOp op(std::string name, std::int64_t occupancy, std::int64_t latency = 0) {
  TileOp result;
  result.name = std::move(name);
  result.costs = {Cost{occupancy, latency}};
  return result;
}

inline UnitProgram unit(std::string name, std::int64_t subcycles = 1) {
  UnitProgram result;
  result.unit = std::move(name);
  result.subcycles = subcycles;
  return result;
}

/// A nest with one stage of lag 0.
inline Nest nest(std::vector<Loop> loops, std::vector<Node> body) {
  Nest result;
  result.loops = std::move(loops);
  result.stages.push_back({0, std::move(body)});
  return result;
}

/// A producer and a consumer of `n` tiles joined by a buffer of `slots`; units 0 and 1.
struct Pair {
  std::int64_t n = 1;
  std::int64_t slots = 1;
  Cost load;
  std::int64_t use = 0;
  std::int64_t load_subcycles = 1;

  [[nodiscard]] Schedule schedule() const {
    Schedule result;
    const auto full = result.tokens.push_back({"full", 0});
    const auto empty = result.tokens.push_back({"empty", slots});
    auto loader = unit("loader", load_subcycles);
    auto loading = op("load", load.occupancy, load.latency);
    loading.waits = {one(empty)};
    loading.signals = {one(full)};
    loader.body = {nest({loop(n)}, {loader.ops.push_back(loading)})};
    auto user = unit("user");
    auto using_it = op("use", use);
    using_it.waits = {one(full)};
    using_it.releases = {one(empty)};
    user.body = {nest({loop(n)}, {user.ops.push_back(using_it)})};
    result.units.push_back(loader);
    result.units.push_back(user);
    return result;
  }
};

}  // namespace attnsim::sim::parts
