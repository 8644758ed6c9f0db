#include "mappings/show.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

#include "base/overloaded.h"
#include "base/quantity_text.h"
#include "einsum/expression_ops.h"
#include "mappings/plan_costs.h"

namespace attnsim::mappings {
namespace {

std::string bytes_text(std::int64_t bytes) {
  constexpr double kibi = 1024.0;
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto amount = static_cast<double>(bytes);
  for (const auto* unit : {"B", "KiB", "MiB"}) {
    if (amount < kibi) return fmt::format("{:.4g} {}", amount, unit);
    amount /= kibi;
  }
  return fmt::format("{:.4g} GiB", amount);
}

class Drawer {
 public:
  Drawer(const Problem& problem, const Plan& plan) : problem_(problem), plan_(plan) {}

  std::vector<std::string> run() {
    header();
    keeps_at(0, {});
    items(plan_.body, 0);
    return std::move(lines_);
  }

 private:
  void line(std::size_t depth, const std::string& text) {
    std::string indent;
    for (std::size_t i = 0; i < depth; ++i) indent += "| ";
    lines_.push_back(indent + text);
  }

  void header() {
    std::string shapes;
    for (const auto& rank : problem_.cascade.ranks) {
      shapes += fmt::format(" {}={}", rank.name, problem_.shapes.at(rank.name));
    }
    line(0, fmt::format("{} on {}, mapping {}:{}", problem_.cascade.name,
                        problem_.architecture.name, problem_.mapping.name, shapes));
  }

  void items(const std::vector<PlanItem>& body, std::size_t depth) {
    const Overloaded visit{
        [&](PlanOpId id) { operation(plan_.ops[id], depth); },
        [&](const PlanNest& nest) { this->nest(nest, depth); },
        [&](const Join& join) {
          std::string units;
          for (const auto& unit : join.units) units += " " + unit;
          line(depth, "join" + units);
        },
    };
    for (const auto& item : body) std::visit(visit, item);
  }

  void nest(const PlanNest& nest, std::size_t depth) {
    for (const auto id : nest.loops) loop(id, depth++, "");
    for (std::size_t i = 0; i < nest.stages.size(); ++i) stage(nest, i, depth);
    path_.resize(path_.size() - nest.loops.size());
  }

  void stage(const PlanNest& nest, std::size_t index, std::size_t depth) {
    const auto& stage = nest.stages[index];
    if (!nest.depth && !stage.stores && !stage.zipped) {
      items(stage.body, depth);
      return;
    }
    line(depth++, fmt::format("{} {} iteration{} behind", stage.stores ? "after, " : "stage,",
                              stage.lag, stage.lag == 1 ? "" : "s"));
    const auto around = std::exchange(after_, stage.stores);
    if (stage.zipped) loop(*stage.zipped, depth++, ", in step");
    items(stage.body, depth);
    if (stage.zipped) path_.pop_back();
    after_ = around;
  }

  void loop(LoopId id, std::size_t depth, const std::string& remark) {
    const auto& loop = plan_.loops[id];
    auto text = fmt::format("for {} in {}", loop.loop.rank, loop.loop.trip);
    if (loop.tile > 1) text += fmt::format(" tiles of {}", loop.tile);
    if (loop.rest.ragged()) text += fmt::format(" (the last {})", loop.rest.tail);
    line(depth, text + remark);
    path_.push_back(id);
    keeps_at(depth + 1, path_);
  }

  void keeps_at(std::size_t depth, const std::vector<LoopId>& path) {
    if (after_) return;  // drawn where the loop stands first
    for (const auto& keep : plan_.keeps) {
      if (keep.path != path) continue;
      const auto entry = std::find_if(
          plan_.footprint.begin(), plan_.footprint.end(), [&](const FootprintLine& each) {
            return each.memory == keep.spec.memory && each.tensors == keep.tensor_list &&
                   each.place.line == keep.spec.place.line &&
                   each.place.column == keep.spec.place.column;
          });
      if (entry == plan_.footprint.end()) {
        line(depth, fmt::format("keep {} at {}", keep.tensor_list, keep.spec.memory));
        continue;
      }
      auto text =
          fmt::format("keep {} at {}: {} x {} = {}", keep.tensor_list, keep.spec.memory,
                      entry->pieces, bytes_text(entry->piece_bytes), bytes_text(entry->bytes));
      if (keep.memory->entries > 0) {
        text += fmt::format(", {} of {} entries", entry->entries, keep.memory->entries);
      }
      if (keep.spec.in_place) text += ", in place";
      if (keep.spec.stream) text += ", streaming";
      if (keep.spec.overbook) text += ", overbooked";
      line(depth, text);
    }
  }

  void operation(const PlanOp& op, std::size_t depth) {
    const auto& cost = op.op.costs.front();
    if (op.move) {
      const auto cycles = static_cast<double>(cost.occupancy) / port_subcycles;
      std::int64_t bytes = 0;
      for (const auto& action : op.actions.front().actions) {
        if (action.component == op.unit) bytes += action.count;
      }
      line(depth, fmt::format("{:<9} {}: {}, {:.2f} cycles{}", op.unit, op.name, bytes_text(bytes),
                              cycles, when(op)));
      return;
    }
    std::string tiles;
    for (const auto& leaf : op.leaves) tiles += (tiles.empty() ? "" : " with ") + tile(leaf);
    auto text = fmt::format("{:<9} {}: {} cycles", op.unit, tiles, cost.occupancy);
    if (cost.latency > 0) text += fmt::format(", {} more to the result", cost.latency);
    line(depth, text + when(op));
  }

  [[nodiscard]] std::string tile(const PlanLeaf& leaf) const {
    std::string extents;
    for (const auto& variable : einsum::iteration_variables(*leaf.einsum)) {
      const auto& rank = problem_.cascade.find_rank_of_variable(variable)->name;
      const auto length = leaf.tile.at(rank).full;
      if (length == 1) continue;
      extents += fmt::format("{}{}={}{}", extents.empty() ? "" : " ", rank, length,
                             leaf.spatial.count(rank) != 0 ? "s" : "");
    }
    return fmt::format("{}[{}]", leaf.einsum->name(), extents);
  }

  [[nodiscard]] std::string when(const PlanOp& op) const {
    std::string text;
    for (const auto& edge : op.op.when) {
      const auto& loop = plan_.loops[op.path[static_cast<std::size_t>(edge.depth)]].loop;
      text += fmt::format("{} {} {}", text.empty() ? ", only in" : " and", name_of(edge.kind),
                          loop.rank);
    }
    return text;
  }

  static const char* name_of(Edge::Kind kind) {
    switch (kind) {
      case Edge::Kind::first:
        return "the first";
      case Edge::Kind::last:
        return "the last";
      case Edge::Kind::not_first:
        return "all but the first";
      case Edge::Kind::not_last:
        return "all but the last";
    }
    throw std::logic_error("an unknown edge");
  }

  const Problem& problem_;
  const Plan& plan_;
  std::vector<LoopId> path_;
  bool after_ = false;  ///< in a stage of transfers, which repeats loops of the others
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> draw(const Problem& problem, const Plan& plan) {
  return Drawer(problem, plan).run();
}

}  // namespace attnsim::mappings
