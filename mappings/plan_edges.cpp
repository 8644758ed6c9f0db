#include "mappings/plan_edges.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "mappings/edge_loops.h"
#include "mappings/plan_leaf.h"
#include "mappings/plan_moves.h"
#include "mappings/refill.h"
#include "mappings/split_sum.h"

namespace attnsim::mappings {
namespace {

Reading reading_of(const einsum::Cascade& cascade, const einsum::Access& access) {
  const auto* tensor = cascade.find_tensor(access.tensor);
  if (tensor->generative_rank.empty()) return Reading::same;
  for (std::size_t i = 0; i < tensor->ranks.size(); ++i) {
    if (tensor->ranks[i] != tensor->generative_rank) continue;
    bool variable = false;
    std::int64_t offset = 0;
    for (const auto& term : access.indices[i].terms) {
      if (term.variable.empty()) {
        offset += term.factor;
      } else {
        variable = true;
      }
    }
    if (!variable) return Reading::final;
    return offset == 1 ? Reading::same : Reading::carried;
  }
  return Reading::same;
}

bool common(const PlanOp& a, const PlanOp& b, KeepId id) {
  return std::find(a.keeps.begin(), a.keeps.end(), id) != a.keeps.end() &&
         std::find(b.keeps.begin(), b.keeps.end(), id) != b.keeps.end();
}

/// The innermost keep of `tensor` around both ends at a memory that stands in `unit` (empty: in no
/// unit). In a unit, none where sums would leave unfinished: those wait outside of it.
std::optional<KeepId> keep_in(const Problem& problem, const Plan& plan, const PlanOp& from,
                              const PlanOp& to, const std::string& tensor,
                              const std::string& unit) {
  for (auto id = to.keeps.rbegin(); id != to.keeps.rend(); ++id) {
    const auto& keep = plan.keeps[*id];
    const auto& tensors = keep.spec.tensors;
    const bool off_chip = !keep.memory->capacity && keep.memory->unit.empty();
    if (off_chip || keep.memory->unit != unit || !common(from, to, *id)) continue;
    if (!unit.empty() && split_sum(problem, plan, from, keep.path, tensor)) continue;
    if (std::find(tensors.begin(), tensors.end(), tensor) != tensors.end()) return *id;
  }
  return std::nullopt;
}

std::optional<KeepId> waiting_place(const Problem& problem, const Plan& plan, const PlanOp& from,
                                    const PlanOp& to, const std::string& tensor) {
  if (!from.move) {
    for (const auto& unit : {to.unit, from.unit}) {
      if (auto keep = keep_in(problem, plan, from, to, tensor, unit)) return keep;
    }
  }
  return keep_in(problem, plan, from, to, tensor, "");
}

class Connector {
 public:
  Connector(const Problem& problem, Plan& plan) : problem_(problem), plan_(plan) {
    for (std::size_t i = 0; i < plan.ops.size(); ++i) {
      const auto id = static_cast<PlanOpId>(i);
      for (const auto& leaf : plan.ops[id].leaves) producers_[leaf.einsum->name()] = id;
    }
  }

  void connect() {
    for (std::size_t i = 0; i < plan_.ops.size(); ++i) {
      const auto id = static_cast<PlanOpId>(i);
      const auto& op = plan_.ops[id];
      if (!op.move) {
        connect_reads(id);
        connect_refills(id);
      } else if (op.move->kind == Move::Kind::store) {
        add(producers_.at(op.move->tensor), id, op.move->tensor, Reading::same);
      }
    }
    hand_on_space();
  }

 private:
  void connect_reads(PlanOpId id) {
    std::set<std::pair<std::string, Reading>> seen;
    for (const auto& leaf : plan_.ops[id].leaves) {
      for (const auto& access : einsum::reads(*leaf.einsum)) {
        const auto reading = reading_of(problem_.cascade, access);
        if (!seen.emplace(access.tensor, reading).second) continue;
        if (const auto from = source_of(id, leaf, access.tensor, reading)) {
          add(*from, id, access.tensor, reading);
        }
      }
    }
  }

  /// They stand right before what they bring sums back to.
  void connect_refills(PlanOpId id) {
    for (std::size_t i = 0; i < to_index(id); ++i) {
      const auto load = static_cast<PlanOpId>(i);
      if (!is_refill(plan_.ops[load], plan_.ops[id])) continue;
      const auto tensor = plan_.ops[load].move->tensor;
      add(load, id, tensor, Reading::same);
    }
  }

  std::optional<PlanOpId> source_of(PlanOpId id, const PlanLeaf& leaf, const std::string& tensor,
                                    Reading reading) {
    const auto& op = plan_.ops[id];
    const auto made = producers_.find(tensor);
    if (made != producers_.end() && to_index(made->second) > to_index(id) &&
        reading != Reading::carried && !lags(op, made->second)) {
      const auto& maker = plan_.ops[made->second];
      throw InfeasibleError(leaf.place, "Einsum '" + leaf.einsum->name() + "' reads " + tensor +
                                            " before it is made (" + maker.name + " at " +
                                            to_string(maker.place) + "): move it behind that");
    }
    if (comes_from_off_chip(problem_, plan_, producers_, op, tensor)) return load_of(id, tensor);
    const auto from = made->second;
    if (from == id) return std::nullopt;
    return from;
  }

  /// True if `op` is given a greater lag than what it reads, so that it may stand before it.
  [[nodiscard]] bool lags(const PlanOp& op, PlanOpId from) const {
    const auto& made = plan_.ops[from].fixed_lag;
    return op.fixed_lag && made && *op.fixed_lag > *made;
  }

  PlanOpId load_of(PlanOpId id, const std::string& tensor) const {
    const auto* keep = find_keep(plan_, plan_.ops[id], tensor, /*shared=*/true);
    for (auto i = to_index(id); i-- > 0;) {
      const auto& op = plan_.ops[static_cast<PlanOpId>(i)];
      if (!op.move || op.move->kind != Move::Kind::load || op.move->tensor != tensor) continue;
      if (op.move->refill) continue;
      if (find_keep(plan_, op, tensor, /*shared=*/true) == keep) return static_cast<PlanOpId>(i);
    }
    throw InfeasibleError(plan_.ops[id].place,
                          tensor + " is kept off chip, but nothing brings it back to " +
                              plan_.ops[id].name + ": keep it on chip around both");
  }

  void add(PlanOpId from, PlanOpId to, const std::string& tensor, Reading reading) {
    PlanEdge edge;
    edge.from = from;
    edge.to = to;
    edge.tensor = tensor;
    edge.reading = reading;
    edge.keep = waiting_place(problem_, plan_, plan_.ops[from], plan_.ops[to], tensor);
    edge.credit = reading == Reading::same && plan_.ops[from].unit != plan_.ops[to].unit;
    require_place(edge);
    if (edge.keep && in_place(*edge.keep)) edge.credit = false;
    finish(edge);
  }

  void require_place(const PlanEdge& edge) const {
    const auto& from = plan_.ops[edge.from];
    const auto& to = plan_.ops[edge.to];
    if (edge.keep || from.move || to.move) return;
    throw InputError(to.place, "nothing says where " + edge.tensor + " waits between " + from.name +
                                   " (on " + from.unit + ") and " + to.name + " (on " + to.unit +
                                   "): add <keep tensor=\"" + edge.tensor +
                                   "\" at=\"...\"/> in an element around both");
  }

  [[nodiscard]] bool in_place(KeepId id) const {
    const auto& spec = plan_.keeps[id].spec;
    return spec.in_place && spec.tensors.size() > 1;
  }

  void finish(PlanEdge& edge) {
    require_same_region(edge);
    measure(problem_, plan_, edge);
    static_cast<void>(guards_of(problem_, plan_, edge));  // throws if the order is impossible
    plan_.edges.push_back(edge);
  }

  void require_same_region(const PlanEdge& edge) const {
    const auto& from = plan_.ops[edge.from];
    const auto& to = plan_.ops[edge.to];
    if (from.op.where == to.op.where) return;
    throw InfeasibleError(to.place, to.name + " and " + from.name + " (" + to_string(from.place) +
                                        "), whose " + edge.tensor +
                                        " it reads, run for different tiles: give both Einsums "
                                        "`where` conditions that admit the same tiles, and loops "
                                        "of the same tiles");
  }

  /// The tensors of an in-place keep share one space: the producer of the first takes it, the
  /// readers of the last give it back.
  void hand_on_space() {
    const auto made = plan_.edges;
    std::set<std::pair<PlanOpId, PlanOpId>> seen;
    for (const auto& edge : made) {
      if (!edge.keep || !in_place(*edge.keep)) continue;
      const auto& tensors = plan_.keeps[*edge.keep].spec.tensors;
      if (edge.tensor != tensors.back()) continue;
      PlanEdge space = edge;
      space.from = first_writer(edge, tensors.front());
      space.tensor = tensors.front();
      space.data = false;
      space.credit = plan_.ops[space.from].unit != plan_.ops[space.to].unit;
      if (seen.emplace(space.from, space.to).second) finish(space);
    }
  }

  /// What first writes an in-place space: a load under the keep, or else the tensor's producer.
  [[nodiscard]] PlanOpId first_writer(const PlanEdge& edge, const std::string& tensor) const {
    for (std::size_t i = 0; i < plan_.ops.size(); ++i) {
      const auto& op = plan_.ops[static_cast<PlanOpId>(i)];
      const bool loads = op.move && op.move->kind == Move::Kind::load && op.move->tensor == tensor;
      if (loads && common(op, plan_.ops[edge.to], *edge.keep)) return static_cast<PlanOpId>(i);
    }
    return producers_.at(tensor);
  }

  const Problem& problem_;
  Plan& plan_;
  Producers producers_;
};

}  // namespace

void connect(const Problem& problem, Plan& plan) { Connector(problem, plan).connect(); }

bool needs_token(const Plan& plan, const PlanEdge& edge) {
  const auto& from = plan.ops[edge.from];
  const auto& to = plan.ops[edge.to];
  if (!edge.data) return false;
  if (from.unit != to.unit) return true;
  return std::any_of(from.leaves.begin(), from.leaves.end(),
                     [](const PlanLeaf& leaf) { return leaf.latency > 0; });
}

}  // namespace attnsim::mappings
