#include "mappings/companions.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "base/overloaded.h"
#include "mappings/plan_costs.h"
#include "mappings/zip.h"

namespace attnsim::mappings {
namespace {

/// True if a variant of the computing operation moves bytes between its unit and `memory`.
bool touches(const PlanOp& op, const std::vector<Actions>& accesses, const std::string& memory) {
  return !op.move && std::any_of(accesses.begin(), accesses.end(), [&](const Actions& each) {
    return std::any_of(each.actions.begin(), each.actions.end(), [&](const Action& action) {
      return action.component == memory && action.count > 0;
    });
  });
}

/// A transfer at the same place and iterations as `op`, without costs yet.
PlanOp beside(const PlanOp& op, const std::string& unit, const std::string& name, Move::Kind kind) {
  PlanOp transfer;
  transfer.name = name;
  transfer.unit = unit;
  transfer.place = op.place;
  transfer.path = op.path;
  transfer.move = Move{"", kind, {}};
  transfer.op.when = op.op.when;
  transfer.op.where = op.op.where;
  transfer.op.ragged = op.op.ragged;
  transfer.op.costs.assign(op.op.costs.size(), {});
  transfer.actions.assign(op.op.costs.size(), {});
  return transfer;
}

std::int64_t share_of(std::int64_t bytes, double share) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(bytes) * share));
}

class Spiller {
 public:
  Spiller(const Problem& problem, Plan& plan, const Spill& spill)
      : problem_(problem),
        plan_(plan),
        spill_(spill),
        target_(*problem.architecture.find_memory(spill.to)),
        share_(plan.spilled.at(spill.from)) {}

  void run() {
    for (auto& item : plan_.body) {
      if (auto* nest = std::get_if<PlanNest>(&item)) add_stages(*nest);
    }
  }

 private:
  /// Right behind the first stage's loads, so that a burst of spilled bytes meets the middle of the
  /// iteration and not the loads that the next one waits for; two iterations behind the accesses,
  /// so that it waits for none of them.
  void add_stages(PlanNest& nest) {
    std::vector<PlanStage> spills;
    for (const auto& stage : nest.stages) {
      if (stage.stores) continue;
      PlanStage behind;
      behind.lag = stage.lag + 2;
      behind.stores = true;
      behind.zipped = stage.zipped;
      behind.body = spills_of(stage.body, 1);
      if (!behind.body.empty()) spills.push_back(std::move(behind));
    }
    nest.stages.insert(nest.stages.begin() + 1, spills.begin(), spills.end());
  }

  /// The same loops with the spilled share of each operation in its place.
  std::vector<PlanItem> spills_of(const std::vector<PlanItem>& body, std::int64_t inner) {
    std::vector<PlanItem> items;
    for (const auto& item : body) {
      if (const auto* id = std::get_if<PlanOpId>(&item)) {
        const auto& op = plan_.ops[*id];
        if (touches(op, op.reused, spill_.from)) items.emplace_back(spill_of(*id, inner));
      } else if (const auto* nest = std::get_if<PlanNest>(&item)) {
        add_inner(*nest, inner, items);
      }
    }
    return items;
  }

  void add_inner(const PlanNest& nest, std::int64_t inner, std::vector<PlanItem>& items) {
    for (const auto loop : nest.loops) inner *= plan_.loops[loop].loop.trip;
    inner *= zipped_trip(plan_, nest);
    PlanNest copy;
    copy.loops = nest.loops;
    copy.place = nest.place;
    for (const auto& stage : nest.stages) {
      if (stage.stores) continue;
      PlanStage behind;
      behind.lag = stage.lag;
      behind.zipped = stage.zipped;
      behind.body = spills_of(stage.body, inner);
      if (!behind.body.empty()) copy.stages.push_back(std::move(behind));
    }
    if (!copy.stages.empty()) items.emplace_back(std::move(copy));
  }

  PlanOpId spill_of(PlanOpId id, std::int64_t inner) {
    auto transfer =
        beside(plan_.ops[id], target_.name, "spill of " + plan_.ops[id].name, Move::Kind::spill);
    for (std::size_t variant = 0; variant < transfer.actions.size(); ++variant) {
      auto& actions = transfer.actions[variant];
      const auto bytes = add_spilled(plan_.ops[id].reused[variant], actions);
      const auto time = transfer_subcycles(problem_.architecture, target_, spill_.from, bytes);
      transfer.op.costs[variant].occupancy = time;
      actions.active = time;
    }
    const auto spill = plan_.ops.push_back(std::move(transfer));
    plan_.companions.push_back({id, spill, /*before=*/false, spill_.from, 3 * inner});
    return spill;
  }

  /// The spilled share of every tensor's bytes; reads and writes are each rounded up as a whole.
  /// @return the bytes in all
  std::int64_t add_spilled(const Actions& reused, Actions& spilled) const {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;  // per action: all, spilled
    std::int64_t total = 0;
    for (const auto& action : reused.actions) {
      if (action.component != spill_.from) continue;
      auto& [all, gone] = sums[action.what];
      all += action.count;
      const auto bytes = share_of(all, share_) - gone;
      gone += bytes;
      total += bytes;
      if (bytes > 0) {
        spilled.actions.push_back({target_.name, action.what, action.tensor, bytes});
      }
    }
    return total;
  }

  const Problem& problem_;
  Plan& plan_;
  const Spill& spill_;
  const arch::MemorySpec& target_;
  double share_;
};

class Feeder {
 public:
  Feeder(const Problem& problem, Plan& plan) : problem_(problem), plan_(plan) {}

  void run() { insert(plan_.body); }

 private:
  void insert(std::vector<PlanItem>& body) {
    std::vector<PlanItem> items;
    for (auto& item : body) {
      if (const auto* id = std::get_if<PlanOpId>(&item)) add_feeds(*id, items);
      if (auto* nest = std::get_if<PlanNest>(&item)) {
        for (auto& stage : nest->stages) insert(stage.body);
      }
      items.push_back(std::move(item));
    }
    body = std::move(items);
  }

  void add_feeds(PlanOpId id, std::vector<PlanItem>& items) {
    for (const auto& memory : problem_.architecture.memory_names()) {
      const auto* channel = problem_.architecture.find_channel(memory, plan_.ops[id].unit);
      if (channel == nullptr || !touches(plan_.ops[id], plan_.ops[id].actions, memory)) continue;
      items.emplace_back(feed_of(id, *channel, memory));
    }
  }

  PlanOpId feed_of(PlanOpId id, const arch::ChannelSpec& channel, const std::string& memory) {
    auto transfer =
        beside(plan_.ops[id], channel.name, "operands of " + plan_.ops[id].name, Move::Kind::feed);
    const auto width = static_cast<std::int64_t>(channel.width.count());
    for (std::size_t variant = 0; variant < transfer.actions.size(); ++variant) {
      std::int64_t bytes = 0;
      for (const auto& action : plan_.ops[id].actions[variant].actions) {
        if (action.component != memory) continue;
        bytes += action.count;
        transfer.actions[variant].actions.push_back(
            {channel.name, "move", action.tensor, action.count});
      }
      transfer.op.costs[variant].occupancy = ceil_div(8 * bytes * port_subcycles, width);
      transfer.actions[variant].active = transfer.op.costs[variant].occupancy;
    }
    const auto feed = plan_.ops.push_back(std::move(transfer));
    plan_.companions.push_back({id, feed, /*before=*/true, memory, 2});
    return feed;
  }

  const Problem& problem_;
  Plan& plan_;
};

}  // namespace

void add_companions(const Problem& problem, Plan& plan) {
  Feeder(problem, plan).run();
  for (const auto& spill : problem.mapping.spills) {
    if (plan.spilled.count(spill.from) != 0) Spiller(problem, plan, spill).run();
  }
}

}  // namespace attnsim::mappings
