#include "mappings/plan_costs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "mappings/accesses.h"
#include "mappings/extent.h"
#include "mappings/plan_moves.h"
#include "mappings/work.h"

namespace attnsim::mappings {
namespace {

using Depths = std::vector<int>;

void add_depths(const Depths& more, Depths& depths) {
  for (const auto depth : more) {
    if (std::find(depths.begin(), depths.end(), depth) == depths.end()) depths.push_back(depth);
  }
}

void add_ragged(const Extent& extent, Depths& depths) {
  if (extent.ragged()) add_depths(extent.depths, depths);
}

bool all_last(const Depths& wanted, const Depths& variant_depths, std::size_t variant) {
  return std::all_of(wanted.begin(), wanted.end(), [&](int depth) {
    const auto at = std::find(variant_depths.begin(), variant_depths.end(), depth);
    return ((variant >> static_cast<std::size_t>(at - variant_depths.begin())) & 1U) != 0;
  });
}

void count(Actions& actions, const std::string& component, const std::string& what,
           const std::string& tensor, std::int64_t amount) {
  if (amount == 0) return;
  for (auto& action : actions.actions) {
    if (action.component == component && action.what == what && action.tensor == tensor) {
      action.count += amount;
      return;
    }
  }
  actions.actions.push_back({component, what, tensor, amount});
}

class Coster {
 public:
  Coster(const Problem& problem, Plan& plan) : problem_(problem), plan_(plan) {}

  void run() {
    const auto accesses = tile_accesses(problem_, plan_);
    for (std::size_t i = 0; i < plan_.ops.size(); ++i) {
      auto& op = plan_.ops[static_cast<PlanOpId>(i)];
      if (op.move) {
        cost_move(op);
      } else {
        cost_compute(op, accesses[i]);
      }
    }
  }

 private:
  [[nodiscard]] std::int64_t bytes(std::int64_t words) const {
    return ceil_div(words * static_cast<std::int64_t>(problem_.architecture.word.count()), 8);
  }

  void cost_compute(PlanOp& op, const std::vector<TileAccess>& accesses) {
    for (const auto& leaf : op.leaves) {
      for (const auto& [rank, extent] : leaf.tile) add_ragged(extent, op.op.ragged);
    }
    for (const auto& access : accesses) {
      for (const auto& extent : access.tile) add_ragged(extent, op.op.ragged);
      add_depths(access.completes, op.op.ragged);
      add_depths(access.resumes, op.op.ragged);
      for (const auto& copies : access.copies) add_ragged(copies.extent, op.op.ragged);
    }
    const auto variants = std::size_t{1} << op.op.ragged.size();
    op.op.costs.assign(variants, {});
    op.actions.assign(variants, {});
    op.reused.assign(variants, {});
    for (const auto& leaf : op.leaves) {
      const auto work = work_of(problem_, leaf, op.unit);
      for (std::size_t variant = 0; variant < variants; ++variant) {
        cost_leaf(op, leaf, work, variant);
      }
    }
    for (std::size_t variant = 0; variant < variants; ++variant) {
      count_accesses(op, accesses, variant);
    }
  }

  void cost_leaf(PlanOp& op, const PlanLeaf& leaf, const std::vector<Work>& work,
                 std::size_t variant) const {
    auto& actions = op.actions[variant];
    EinsumShare share{leaf.einsum->name()};
    for (const auto& step : work) {
      std::int64_t points = 1;
      std::int64_t rounds = 1;  // points that one lane does, one after another
      for (const auto& rank : step.ranks) {
        const auto extent = at_variant(leaf.tile.at(rank), op.op.ragged, variant);
        const auto spread = leaf.spatial.find(rank);
        points *= extent;
        rounds *= spread == leaf.spatial.end() ? extent : ceil_div(extent, spread->second);
      }
      for (const auto& [primitive, times] : step.operation->primitives) {
        count(actions, op.unit, primitive, leaf.einsum->name(),
              points * static_cast<std::int64_t>(times));
      }
      if (step.chained) continue;
      const auto cycles = static_cast<std::int64_t>(step.operation->cycles.count());
      share.cycles += cycles * rounds;
      share.active += cycles * points;
    }
    actions.active += share.active;
    op.op.costs[variant].occupancy += share.cycles;
    op.op.costs[variant].latency = std::max(op.op.costs[variant].latency, leaf.latency);
    actions.einsums.push_back(std::move(share));
    count_registers(op, leaf, variant);
  }

  /// Every operand of every point is read from the unit's registers and every result written; a
  /// running (temporal) reduction reads its accumulator too. Operands that arrive are written
  /// first: count_fill().
  void count_registers(PlanOp& op, const PlanLeaf& leaf, std::size_t variant) const {
    const auto* registers = registers_of(problem_.architecture, op.unit);
    if (registers == nullptr) return;
    std::int64_t points = 1;
    std::int64_t results = 1;
    bool accumulates = false;
    const auto outputs = einsum::output_variables(*leaf.einsum);
    for (const auto& [rank, extent] : leaf.tile) {
      const auto length = at_variant(extent, op.op.ragged, variant);
      const auto variable = problem_.cascade.find_rank(rank)->variable();
      const bool kept = std::find(outputs.begin(), outputs.end(), variable) != outputs.end();
      const bool in_space = leaf.spatial.count(rank) != 0;
      points *= length;
      if (kept || !in_space) results *= length;
      if (!kept && !in_space) accumulates = true;
    }
    const auto operands = static_cast<std::int64_t>(einsum::reads(*leaf.einsum).size());
    auto& actions = op.actions[variant];
    const auto tensor = leaf.einsum->name();
    count(actions, registers->name, "read", tensor,
          bytes(points * operands + (accumulates ? results : 0)));
    count(actions, registers->name, "write", tensor, bytes(results));
  }

  void count_accesses(PlanOp& op, const std::vector<TileAccess>& accesses,
                      std::size_t variant) const {
    for (const auto& access : accesses) {
      if (!all_last(access.completes, op.op.ragged, variant)) continue;
      if (!access.resumes.empty() && all_last(access.resumes, op.op.ragged, variant)) continue;
      const auto amount = bytes(volume(access.tile, op.op.ragged, variant));
      if (!access.write) count_fill(op, access, amount, variant);
      const auto* const what = access.write ? "write" : "read";
      count(op.actions[variant], access.memory, what, access.tensor, amount);
      if (!access.stream) count(op.reused[variant], access.memory, what, access.tensor, amount);
    }
  }

  /// What arrives in a unit is written to the registers of every PE or lane that gets it.
  void count_fill(PlanOp& op, const TileAccess& access, std::int64_t amount,
                  std::size_t variant) const {
    const auto* registers = registers_of(problem_.architecture, op.unit);
    if (registers == nullptr) return;
    for (const auto& copies : access.copies) {
      amount *= std::min(at_variant(copies.extent, op.op.ragged, variant), copies.places);
    }
    count(op.actions[variant], registers->name, "write", access.tensor, amount);
  }

  void cost_move(PlanOp& op) const {
    const auto* keep = find_keep(plan_, op, op.move->tensor, /*shared=*/true);
    const auto held = keep == nullptr || keep->spec.stream ? op.path.size() : keep->path.size();
    const auto tile = touched(problem_, plan_, op.path, op.move->access, held);
    for (const auto& extent : tile) add_ragged(extent, op.op.ragged);
    const auto variants = std::size_t{1} << op.op.ragged.size();
    op.op.costs.assign(variants, {});
    op.actions.assign(variants, {});
    const std::string peer = keep == nullptr ? "" : keep->spec.memory;
    const bool store = op.move->kind == Move::Kind::store;
    for (std::size_t variant = 0; variant < variants; ++variant) {
      const auto moved = bytes(volume(tile, op.op.ragged, variant));
      op.op.costs[variant].occupancy = transfer_subcycles(
          problem_.architecture, backing_memory(problem_.architecture), peer, moved);
      auto& actions = op.actions[variant];
      actions.active = op.op.costs[variant].occupancy;
      const auto& tensor = op.move->tensor;
      count(actions, op.unit, store ? "write" : "read", tensor, moved);
      if (keep != nullptr) count(actions, peer, store ? "read" : "write", tensor, moved);
    }
  }

  const Problem& problem_;
  Plan& plan_;
};

}  // namespace

void add_costs(const Problem& problem, Plan& plan) { Coster(problem, plan).run(); }

std::int64_t transfer_subcycles(const arch::Architecture& architecture,
                                const arch::MemorySpec& memory, const std::string& peer,
                                std::int64_t bytes) {
  const auto ticks = static_cast<long double>(bytes) * port_subcycles;
  std::int64_t time = 0;
  if (memory.bandwidth) {
    constexpr long double most = 0x1p50L;  // sums of transfers stay within 63 bits
    const auto wanted = std::ceil(ticks * architecture.clock.count() / memory.bandwidth->count());
    if (!(wanted < most)) {
      throw InputError(memory.place,
                       "a transfer takes more than 2^46 cycles: raise the bandwidth "
                       "or lower the clock");
    }
    time = static_cast<std::int64_t>(wanted);
  }
  if (const auto* channel = architecture.find_channel(memory.name, peer)) {
    const auto width = static_cast<std::int64_t>(channel->width.count());
    time = std::max(time, ceil_div(bytes * 8 * port_subcycles, width));
  }
  return time;
}

}  // namespace attnsim::mappings
