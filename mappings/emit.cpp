#include "mappings/emit.h"

#include <algorithm>
#include <utility>

#include "mappings/plan_costs.h"
#include "mappings/plan_edges.h"
#include "mappings/zip.h"

namespace attnsim::mappings {
namespace {

class Emitter {
 public:
  Emitter(const Problem& problem, Plan& plan, Lowered& lowered)
      : problem_(problem), plan_(plan), lowered_(lowered) {}

  void run() {
    for (const auto& edge : plan_.edges) add_tokens(edge);
    for (const auto& companion : plan_.companions) add_tokens(companion);
    for (const auto& unit : units()) add_unit(unit);
    connect_joins();
  }

 private:
  TokenId token(const std::string& name, std::int64_t initial) {
    return lowered_.schedule.tokens.push_back({name, initial});
  }

  void add_tokens(const PlanEdge& edge) {
    const auto guards = guards_of(problem_, plan_, edge);
    auto& from = plan_.ops[edge.from];
    auto& to = plan_.ops[edge.to];
    const auto name = edge.tensor + " (" + from.name + " to " + to.name + ")";
    if (needs_token(plan_, edge)) {
      const auto data = token(name, 0);
      from.op.signals.push_back({data, 1, guards.signal});
      taker(edge).op.waits.push_back({data, 1, guards.wait});
    }
    if (edge.credit) {
      const auto space = token("space for " + name, edge.slots);
      from.op.waits.push_back({space, 1, guards.acquire});
      to.op.releases.push_back({space, 1, guards.release});
    }
  }

  /// Data that a channel brings is waited for by the channel.
  PlanOp& taker(const PlanEdge& edge) {
    for (const auto& companion : plan_.companions) {
      if (companion.op != edge.to || !companion.before || !edge.keep) continue;
      if (plan_.keeps[*edge.keep].spec.memory == companion.memory) {
        return plan_.ops[companion.transfer];
      }
    }
    return plan_.ops[edge.to];
  }

  void add_tokens(const Companion& companion) {
    auto& first = plan_.ops[companion.before ? companion.transfer : companion.op];
    auto& second = plan_.ops[companion.before ? companion.op : companion.transfer];
    const auto& name = plan_.ops[companion.transfer].name;
    const auto data = token(name, 0);
    const auto space = token("space for " + name, companion.slots);
    first.op.waits.push_back({space, 1, {}});
    first.op.signals.push_back({data, 1, {}});
    second.op.waits.push_back({data, 1, {}});
    second.op.releases.push_back({space, 1, {}});
  }

  /// In the order of the architecture, those that have something to do.
  [[nodiscard]] std::vector<std::string> units() const {
    std::vector<std::string> units;
    for (const auto& component : problem_.architecture.components) {
      const auto& name = arch::name_of(component);
      if (std::any_of(plan_.ops.begin(), plan_.ops.end(),
                      [&](const PlanOp& op) { return op.unit == name; })) {
        units.push_back(name);
      }
    }
    return units;
  }

  void add_unit(const std::string& unit) {
    const auto resource = resource_of(unit);
    UnitProgram program;
    program.unit = unit;
    program.subcycles = resource.port ? port_subcycles : 1;
    accounting_ = {};
    program_ = &program;
    program.body = project(plan_.body);
    lowered_.schedule.units.push_back(std::move(program));
    lowered_.accounting.push_back(std::move(accounting_));
    lowered_.resources.push_back(resource);
  }

  [[nodiscard]] Resource resource_of(const std::string& unit) const {
    if (const auto* array = problem_.architecture.find_array(unit)) {
      return {unit, static_cast<std::int64_t>(array->rows * array->columns), false};
    }
    if (const auto* vector = problem_.architecture.find_vector(unit)) {
      return {unit, static_cast<std::int64_t>(vector->lanes), false};
    }
    return {unit, 1, true};
  }

  std::vector<Node> project(const std::vector<PlanItem>& items) {
    std::vector<Node> nodes;
    for (const auto& item : items) {
      if (const auto* id = std::get_if<PlanOpId>(&item)) {
        if (plan_.ops[*id].unit == program_->unit) nodes.emplace_back(add_op(*id));
      } else if (const auto* nest = std::get_if<PlanNest>(&item)) {
        auto projected = project(*nest);
        if (!projected.stages.empty()) nodes.emplace_back(std::move(projected));
      } else {
        add_join(std::get<Join>(item), nodes);
      }
    }
    return nodes;
  }

  Nest project(const PlanNest& nest) {
    Nest projected;
    for (const auto loop : nest.loops) projected.loops.push_back(plan_.loops[loop].loop);
    if (const auto loop = zipped_loop(nest)) {
      projected.loops.push_back(plan_.loops[*loop].loop);  // the other stages' has another rank
    }
    for (const auto& stage : nest.stages) {
      auto body = project(stage.body);
      if (!body.empty()) projected.stages.push_back({stage.lag, std::move(body)});
    }
    std::int64_t least = 0;
    for (std::size_t i = 0; i < projected.stages.size(); ++i) {
      const auto lag = projected.stages[i].lag;
      least = i == 0 ? lag : std::min(least, lag);
    }
    for (auto& stage : projected.stages) stage.lag -= least;
    return projected;
  }

  OpId add_op(PlanOpId id) {
    auto& op = plan_.ops[id];
    op.op.name = op.name;
    accounting_.push_back(op.actions);
    return program_->ops.push_back(op.op);
  }

  OpId add_plain(const std::string& name) {
    TileOp op;
    op.name = name;
    accounting_.push_back({Actions{}});
    return program_->ops.push_back(std::move(op));
  }

  /// A join is two operations of each unit: to arrive, and to go on when all have.
  void add_join(const Join& join, std::vector<Node>& nodes) {
    if (std::find(join.units.begin(), join.units.end(), program_->unit) == join.units.end()) return;
    const auto unit = static_cast<UnitId>(lowered_.schedule.units.size());
    const auto arrive = add_plain("arrive at join");
    const auto leave = add_plain("leave join");
    auto found = std::find_if(joins_.begin(), joins_.end(),
                              [&](const auto& each) { return each.first == &join; });
    if (found == joins_.end()) found = joins_.insert(joins_.end(), {&join, {}});
    found->second.push_back({unit, arrive, leave});
    nodes.emplace_back(arrive);
    nodes.emplace_back(leave);
  }

  void connect_joins() {
    for (const auto& [join, ends] : joins_) {
      for (const auto& from : ends) {
        for (const auto& to : ends) {
          if (from.unit == to.unit) continue;
          auto& units = lowered_.schedule.units;
          const auto id =
              token("join of " + units[from.unit].unit + " and " + units[to.unit].unit, 0);
          units[from.unit].ops[from.arrive].signals.push_back({id, 1, {}});
          units[to.unit].ops[to.leave].waits.push_back({id, 1, {}});
        }
      }
    }
  }

  struct JoinEnd {
    UnitId unit{};
    OpId arrive{};
    OpId leave{};
  };

  const Problem& problem_;
  Plan& plan_;
  Lowered& lowered_;
  UnitProgram* program_ = nullptr;
  IdVector<OpId, std::vector<Actions>> accounting_;
  std::vector<std::pair<const Join*, std::vector<JoinEnd>>> joins_;  ///< as met
};

}  // namespace

void emit(const Problem& problem, Plan plan, Lowered& lowered) {
  lowered.footprint = plan.footprint;
  Emitter(problem, plan, lowered).run();
}

}  // namespace attnsim::mappings
