#include "mappings/plan_tree.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "einsum/expression_ops.h"
#include "mappings/extent.h"
#include "mappings/plan_leaf.h"
#include "mappings/plan_loop.h"
#include "mappings/plan_moves.h"
#include "mappings/refill.h"
#include "mappings/regions.h"

namespace attnsim::mappings {
namespace {

/// What stands around a node of the tree.
struct Scope {
  std::vector<LoopId> path;
  std::vector<KeepId> keeps;
  std::vector<SpatialScope> spatials;
  std::size_t phase = 0;            ///< child of the outermost <sequence>, from 1
  std::optional<std::int64_t> lag;  ///< of the <stage>, where it is given
};

/// Loops inside each other, at most: closed-form counts go through 3^depth cases.
constexpr std::size_t deepest_nest = 12;

class TreeBuilder {
 public:
  /// `draft`: the same tree, built before, whose producers stand in for those that come later in
  /// the file (an Einsum of a stage that lags may stand before what it reads).
  TreeBuilder(const Problem& problem, const FitTiles& tiles, std::vector<FitRange>* ranges,
              const TreeBuilder* draft)
      : problem_(problem), tiles_(tiles), ranges_(ranges), draft_(draft) {}

  void build() {
    Scope scope;
    enter_keeps(problem_.mapping.keeps, scope);
    add_children(problem_.mapping.roots, scope, plan_.body);
    check_all_bound();
  }

  [[nodiscard]] Plan& plan() { return plan_; }

 private:
  using Items = std::vector<PlanItem>;

  void enter_keeps(const std::vector<Keep>& keeps, Scope& scope) {
    for (const auto& keep : keeps) {
      auto plan = make_keep(problem_, plan_, keep, scope.path);
      plan.phase = scope.phase;
      scope.keeps.push_back(plan_.keeps.push_back(std::move(plan)));
    }
  }

  void add_children(const std::vector<TreeNode>& children, const Scope& scope, Items& items) {
    for (const auto& child : children) add(child, scope, items);
  }

  void add(const TreeNode& node, const Scope& scope, Items& items) {
    const Overloaded visit{
        [&](const For&) { items.emplace_back(make_nest(node, scope)); },
        [&](const Spatial& spatial) {
          Scope inner = scope;
          enter_spatial(spatial, node, inner);
          add_children(node.children, inner, items);
        },
        [&](const Pipeline&) { items.emplace_back(make_nest(node, scope)); },
        [&](const StageMark& stage) {
          Scope inner = scope;
          inner.lag = stage.lag;
          add_plain(node, inner, items);
        },
        [&](const Sequence&) { add_joined(node, scope, items, /*between=*/true); },
        [&](const Parallel&) { add_joined(node, scope, items, /*between=*/false); },
        [&](const Fuse& fuse) { add_fused(node, fuse, scope, items); },
        [&](const Leaf&) { add_op(node, {&node}, scope, items); },
    };
    std::visit(visit, node.kind);
  }

  void add_plain(const TreeNode& node, const Scope& scope, Items& items) {
    Scope inner = scope;
    enter_keeps(node.keeps, inner);
    add_children(node.children, inner, items);
  }

  void enter_spatial(const Spatial& spatial, const TreeNode& node, Scope& scope) {
    require_rank(spatial.rank, node.place);
    scope.spatials.push_back({&spatial, node.place});
    enter_keeps(node.keeps, scope);
  }

  /// A chain of loops (and spatial spreads) down to the first node with a body of its own.
  PlanNest make_nest(const TreeNode& first, Scope scope) {
    PlanNest nest;
    nest.place = first.place;
    const TreeNode* node = &first;
    for (;; node = &node->children.front()) {
      if (const auto* loop = std::get_if<For>(&node->kind)) {
        nest.loops.push_back(enter_loop(*loop, tile_of(*loop, *node, scope), node->place, scope));
      } else if (const auto* spatial = std::get_if<Spatial>(&node->kind)) {
        scope.spatials.push_back({spatial, node->place});
        require_rank(spatial->rank, node->place);
      } else {
        break;  // a pipeline at the end of the chain
      }
      enter_keeps(node->keeps, scope);
      if (!continues_chain(*node)) break;
    }
    const auto* pipeline = std::get_if<Pipeline>(&node->kind);
    if (pipeline != nullptr && pipeline->zip) {
      fill_zipped(*node, scope, nest);
      return nest;
    }
    stores_.emplace_back();
    fill_stages(*node, scope, nest);
    add_store_stage(std::nullopt, nest.stages);
    return nest;
  }

  static bool continues_chain(const TreeNode& node) {
    if (node.children.size() != 1) return false;
    const auto& kind = node.children.front().kind;
    return std::holds_alternative<For>(kind) || std::holds_alternative<Spatial>(kind) ||
           std::holds_alternative<Pipeline>(kind);
  }

  void fill_stages(const TreeNode& node, const Scope& scope, PlanNest& nest) {
    if (const auto* pipeline = std::get_if<Pipeline>(&node.kind)) {
      nest.depth = pipeline->depth;
      Scope inner = scope;
      enter_keeps(node.keeps, inner);
      for (const auto& child : node.children) {
        nest.stages.emplace_back();
        nest.stages.back().fixed_lag = std::get<StageMark>(child.kind).lag;
        add(child, inner, nest.stages.back().body);
      }
      if (pipeline->lockstep) add_lockstep(node, scope, nest);
      return;
    }
    nest.stages.emplace_back();
    add_children(node.children, scope, nest.stages.back().body);
  }

  /// One more loop in the nest, another one in each stage. The stores of each stage, too, lag by
  /// themselves: what one stage stores another one may load.
  void fill_zipped(const TreeNode& node, const Scope& scope, PlanNest& nest) {
    const auto& pipeline = std::get<Pipeline>(node.kind);
    nest.depth = pipeline.depth;
    Scope inner = scope;
    enter_keeps(node.keeps, inner);
    const auto iterations = zipped_iterations(problem_, plan_, inner.path, node);
    std::vector<PlanStage> stores;
    for (const auto& child : node.children) {
      stores_.emplace_back();
      nest.stages.push_back(zipped_stage(child, iterations, inner));
      add_store_stage(nest.stages.back().zipped, stores);
    }
    require_in_step(plan_, nest.stages);
    for (auto& stage : stores) nest.stages.push_back(std::move(stage));
    if (pipeline.lockstep) add_lockstep(node, scope, nest);
  }

  PlanStage zipped_stage(const TreeNode& node, std::int64_t iterations, Scope scope) {
    PlanStage stage;
    stage.fixed_lag = scope.lag = std::get<StageMark>(node.kind).lag;
    enter_keeps(node.keeps, scope);
    const auto& child = node.children.front();
    const auto& loop = std::get<For>(child.kind);
    require_rank(loop.rank, child.place);
    const auto tile =
        loop.tile.kind == Size::Kind::fit
            ? ceil_div(extent_of(problem_, plan_, scope.path, loop.rank).full, iterations)
            : resolve(loop.tile, problem_.architecture);
    stage.zipped = enter_loop(loop, tile, child.place, scope);
    enter_keeps(child.keeps, scope);
    add_children(child.children, scope, stage.body);
    return stage;
  }

  /// The computing units wait for each other at the end of every iteration.
  void add_lockstep(const TreeNode& node, const Scope& scope, PlanNest& nest) {
    auto units = units_below(node);
    const auto port = backing_memory(problem_.architecture).name;
    units.erase(std::remove(units.begin(), units.end(), port), units.end());
    nest.stages.emplace_back();
    nest.stages.back().fixed_lag = 0;
    nest.stages.back().body.emplace_back(Join{scope.path, units});
  }

  /// Stores of a nest's results run in a stage of their own, behind the others.
  void add_store_stage(std::optional<LoopId> zipped, std::vector<PlanStage>& stages) {
    auto stores = std::move(stores_.back());
    stores_.pop_back();
    if (stores.empty()) return;
    PlanStage stage;
    stage.stores = true;
    stage.zipped = zipped;
    for (const auto store : stores) stage.body.emplace_back(store);
    stages.push_back(std::move(stage));
  }

  LoopId enter_loop(const For& spec, std::int64_t tile, const Place& place, Scope& scope) {
    require_rank(spec.rank, place);
    if (scope.path.size() == deepest_nest) {
      throw InputError(place, "more than " + std::to_string(deepest_nest) +
                                  " loops inside each other: leave out those of one iteration");
    }
    const auto id =
        plan_.loops.push_back(make_loop(problem_, plan_, scope.path, spec, tile, place));
    scope.path.push_back(id);
    return id;
  }

  std::int64_t tile_of(const For& spec, const TreeNode& node, const Scope& scope) {
    require_rank(spec.rank, node.place);
    if (spec.tile.kind != Size::Kind::fit) return resolve(spec.tile, problem_.architecture);
    const auto whole = extent_of(problem_, plan_, scope.path, spec.rank).full;
    const auto unit = std::min(inner_tile(problem_, node, spec.rank), whole);
    const auto index = fits_seen_++;
    if (ranges_ != nullptr) ranges_->push_back({ceil_div(whole, unit), spec.rank, node.place});
    return unit * (index < tiles_.size() ? tiles_[index] : 1);
  }

  void add_joined(const TreeNode& node, const Scope& scope, Items& items, bool between) {
    Scope inner = scope;
    enter_keeps(node.keeps, inner);
    const auto units = units_below(node);
    const bool outermost = between && scope.phase == 0;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (between && i > 0) items.emplace_back(Join{scope.path, units});
      if (outermost) inner.phase = i + 1;
      add(node.children[i], inner, items);
    }
    if (!between) items.emplace_back(Join{scope.path, units});
  }

  [[nodiscard]] std::vector<std::string> units_below(const TreeNode& node) const {
    std::set<std::string> units{backing_memory(problem_.architecture).name};
    const std::function<void(const TreeNode&)> collect = [&](const TreeNode& each) {
      if (const auto* leaf = std::get_if<Leaf>(&each.kind)) units.insert(leaf->unit);
      for (const auto& child : each.children) collect(child);
    };
    collect(node);
    return {units.begin(), units.end()};
  }

  void add_fused(const TreeNode& node, const Fuse& fuse, const Scope& scope, Items& items) {
    require_rank(fuse.rank, node.place);
    Scope inner = scope;
    enter_keeps(node.keeps, inner);
    for (auto i = scope.keeps.size(); i < inner.keeps.size(); ++i) {
      plan_.keeps[inner.keeps[i]].fused = fuse.rank;
    }
    std::vector<const TreeNode*> leaves;
    for (const auto& child : node.children) {
      if (!std::holds_alternative<Leaf>(child.kind)) {
        throw InputError(child.place, "<fuse> holds only <einsum> elements");
      }
      leaves.push_back(&child);
    }
    if (leaves.empty()) throw InputError(node.place, "<fuse> is empty: name its Einsums");
    add_op(node, leaves, inner, items);
    for (const auto& leaf : plan_.ops[static_cast<PlanOpId>(last_op_)].leaves) {
      if (leaf.tile.count(fuse.rank) != 0) continue;
      throw InputError(leaf.place, "Einsum '" + leaf.einsum->name() + "' has no rank " + fuse.rank +
                                       " to take turns over: move it out of the <fuse>");
    }
  }

  void add_op(const TreeNode& node, const std::vector<const TreeNode*>& leaves, const Scope& scope,
              Items& items) {
    PlanOp op;
    op.place = node.place;
    op.path = scope.path;
    op.keeps = scope.keeps;
    op.fixed_lag = scope.lag;
    for (const auto* leaf : leaves) add_leaf(*leaf, scope, op);
    const auto& known = draft_ == nullptr ? *this : *draft_;
    op.op.when = guard_of(problem_, known.plan_, known.producers_, op);
    op.op.where = confine(op, known);
    for (auto& load : loads_of(problem_, plan_, producers_, op)) {
      items.emplace_back(plan_.ops.push_back(std::move(load)));
    }
    for (auto& load : refills_of(problem_, plan_, op)) {
      items.emplace_back(plan_.ops.push_back(std::move(load)));
    }
    const auto id = plan_.ops.push_back(std::move(op));
    items.emplace_back(id);
    last_op_ = to_index(id);
    for (const auto& leaf : plan_.ops[id].leaves) producers_[leaf.einsum->name()] = id;
    for (auto& store : stores_of(problem_, plan_, plan_.ops[id]))
      place_store(std::move(store), items);
  }

  /// Where `op` runs: as its Einsums' conditions say; an Einsum that waits for the last iteration
  /// of something confined is confined like it, so that both mean the same iteration.
  [[nodiscard]] std::vector<Region> confine(const PlanOp& op, const TreeBuilder& known) const {
    auto where = regions_of(problem_, plan_, op.path, *op.leaves.front().einsum);
    for (const auto& leaf : op.leaves) {
      if (regions_of(problem_, plan_, op.path, *leaf.einsum) == where) continue;
      throw InfeasibleError(leaf.place, "the Einsums of a <fuse> run at the same points: '" +
                                            leaf.einsum->name() + "' has another condition");
    }
    if (!where.empty() || op.op.when.empty()) return where;
    for (const auto& access : einsum::reads(*op.leaves.front().einsum)) {
      const auto producer = known.producers_.find(access.tensor);
      if (producer == known.producers_.end()) continue;
      const auto& made = known.plan_.ops[producer->second];
      if (made.path == op.path && !made.op.where.empty()) return made.op.where;
    }
    return where;
  }

  void place_store(PlanOp store, Items& items) {
    const auto id = plan_.ops.push_back(std::move(store));
    if (stores_.empty()) {
      items.emplace_back(id);
    } else {
      stores_.back().push_back(id);
    }
  }

  void add_leaf(const TreeNode& node, const Scope& scope, PlanOp& op) {
    const auto& spec = std::get<Leaf>(node.kind);
    if (!op.unit.empty() && op.unit != spec.unit) {
      throw InputError(node.place, "the Einsums of a <fuse> run on one unit: '" + spec.unit +
                                       "' is not '" + op.unit + "'");
    }
    op.unit = spec.unit;
    op.leaves.push_back(make_leaf(problem_, plan_, scope.path, scope.spatials, spec, node.place));
    op.name += (op.name.empty() ? "" : "+") + spec.einsum;
    const auto [before, fresh] = bound_.emplace(spec.einsum, node.place);
    if (!fresh) {
      throw InputError(node.place, "Einsum '" + spec.einsum + "' is bound twice: first at " +
                                       to_string(before->second));
    }
  }

  void check_all_bound() const {
    for (const auto& einsum : problem_.cascade.einsums) {
      if (bound_.count(einsum.name()) == 0) {
        throw InputError(problem_.mapping.place, "Einsum '" + einsum.name() + "' of cascade '" +
                                                     problem_.cascade.name +
                                                     "' is bound nowhere: add <einsum name=\"" +
                                                     einsum.name() + "\" on=\"...\"/>");
      }
    }
  }

  void require_rank(const std::string& rank, const Place& place) const {
    if (problem_.cascade.find_rank(rank) != nullptr) return;
    std::string known;
    for (const auto& each : problem_.cascade.ranks)
      known += (known.empty() ? "" : ", ") + each.name;
    throw InputError(place, "cascade '" + problem_.cascade.name + "' has no rank '" + rank +
                                "' (known: " + known + ")");
  }

  const Problem& problem_;
  const FitTiles& tiles_;
  std::vector<FitRange>* ranges_;
  const TreeBuilder* draft_;
  Plan plan_;
  Producers producers_;
  std::map<std::string, Place> bound_;
  std::vector<std::vector<PlanOpId>> stores_;  ///< of the nests being built, innermost last
  std::size_t fits_seen_ = 0;
  std::size_t last_op_ = 0;
};

}  // namespace

Plan build_tree(const Problem& problem, const FitTiles& tiles, std::vector<FitRange>* ranges) {
  TreeBuilder draft(problem, tiles, ranges, nullptr);
  draft.build();
  TreeBuilder builder(problem, tiles, nullptr, &draft);
  builder.build();
  return std::move(builder.plan());
}

}  // namespace attnsim::mappings
