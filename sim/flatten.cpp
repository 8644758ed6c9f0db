#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "base/overloaded.h"
#include "sim/flatten_regions.h"
#include "sim/program.h"

namespace attnsim::sim {
namespace {

using mappings::Guard;
using mappings::Loop;
using mappings::Nest;
using mappings::Node;
using mappings::OpId;
using mappings::Stage;
using mappings::TileOp;
using mappings::TokenUse;

template <class T>
std::uint32_t size32(const std::vector<T>& table) {
  return static_cast<std::uint32_t>(table.size());
}

class Flattener {
 public:
  explicit Flattener(const mappings::UnitProgram& unit) : unit_(unit) {}

  Program run() {
    require(unit_.subcycles >= 1, "subcycles below 1");
    program_.subcycles = unit_.subcycles;
    for (const auto& op : unit_.ops) add_costs(op);
    for (const auto& node : unit_.body) add(node);
    emit(Instruction::Kind::end, 0);
    regions_.finish();
    return std::move(program_);
  }

 private:
  void require(bool holds, const std::string& otherwise) const {
    if (!holds) throw std::logic_error("unit '" + unit_.unit + "': " + otherwise);
  }

  std::uint32_t emit(Instruction::Kind kind, std::uint32_t arg) {
    program_.code.push_back({kind, arg, 0});
    return size32(program_.code) - 1;
  }

  void add_costs(const TileOp& op) {
    require(op.ragged.size() < 32 && op.costs.size() == std::size_t{1} << op.ragged.size(),
            "operation '" + op.name + "' needs a cost per shape");
    program_.first_cost.push_back(size32(program_.costs));
    for (const auto& cost : op.costs) {
      require(cost.occupancy >= 0 && cost.latency >= 0, "negative cost of '" + op.name + "'");
      program_.costs.push_back(cost);
    }
  }

  void add(const Node& node) {
    std::visit(Overloaded{[&](OpId id) { add_op(id); }, [&](const Nest& nest) { add_nest(nest); }},
               node);
  }

  void add_op(OpId id) {
    require(to_index(id) < unit_.ops.size(), "a node names an operation that is not there");
    const auto& op = unit_.ops[id];
    FlatOp flat;
    flat.id = id;
    if (!path_.empty()) flat.loop = static_cast<std::int32_t>(path_.back());
    flat.variants = program_.first_cost[to_index(id)];
    flat.where = add_where(op);
    flat.when = add_guard(op.when, flat.where, op.name);
    flat.waits = add_uses(op.waits, flat.where, op.name);
    flat.releases = add_uses(op.releases, flat.where, op.name);
    flat.signals = add_uses(op.signals, flat.where, op.name);
    flat.ragged = add_slots(op.ragged, op.name);
    emit(Instruction::Kind::op, size32(program_.ops));
    program_.ops.push_back(flat);
  }

  [[nodiscard]] std::uint32_t slot_at(int depth, const std::string& who) const {
    require(depth >= 0 && static_cast<std::size_t>(depth) < path_.size(),
            "'" + who + "' names depth " + std::to_string(depth) + " of a path of " +
                std::to_string(path_.size()) + " loops");
    return path_[static_cast<std::size_t>(depth)];
  }

  Range add_where(const TileOp& op) {
    const auto first = size32(program_.where);
    for (const auto& region : op.where) {
      std::vector<FlatTerm> terms;
      for (const auto& [depth, factor] : region.terms)
        terms.push_back({slot_at(depth, op.name), factor});
      program_.where.push_back(regions_.add(terms, region.limit));
    }
    return {first, size32(program_.where)};
  }

  Range add_guard(const Guard& guard, Range where, const std::string& who) {
    const auto first = size32(program_.edges);
    for (const auto& edge : guard) {
      const auto slot = slot_at(edge.depth, who);
      program_.edges.push_back({slot, edge.kind, regions_.add_rims(where, slot, edge.kind)});
    }
    return {first, size32(program_.edges)};
  }

  Range add_uses(const std::vector<TokenUse>& uses, Range where, const std::string& who) {
    const auto first = size32(program_.uses);
    for (const auto& use : uses) {
      require(use.count >= 1, "'" + who + "' uses a token less than once");
      program_.uses.push_back({use.token, use.count, add_guard(use.when, where, who)});
    }
    return {first, size32(program_.uses)};
  }

  Range add_slots(const std::vector<int>& depths, const std::string& who) {
    const auto first = size32(program_.slots);
    for (const auto depth : depths) program_.slots.push_back(slot_at(depth, who));
    return {first, size32(program_.slots)};
  }

  void add_nest(const Nest& nest) {
    if (nest.stages.empty()) return;
    const auto number = size32(program_.nests);
    program_.nests.emplace_back();
    const auto first_stage = size32(program_.stages);
    program_.stages.resize(program_.stages.size() + nest.stages.size());
    emit(Instruction::Kind::enter, number);
    const auto body = size32(program_.code);
    const auto lead = std::min_element(nest.stages.begin(), nest.stages.end(),
                                       [](auto& a, auto& b) { return a.lag < b.lag; });
    require(lead->lag >= 0, "negative lag");
    for (std::uint32_t i = 0; i < nest.stages.size(); ++i)
      add_stage(nest, nest.stages[i], first_stage + i, lead->lag);
    emit(Instruction::Kind::beat, number);
    add_lagged(first_stage, nest.stages.size());
    program_.nests[number] = {{first_stage, first_stage + size32(nest.stages)},
                              size32(nest.loops),
                              first_stage + static_cast<std::uint32_t>(lead - nest.stages.begin()),
                              body};
  }

  /// Only differences of lags can be seen, so the least one becomes 0.
  void add_stage(const Nest& nest, const Stage& stage, std::uint32_t number, std::int64_t least) {
    program_.stages[number] = {stage.lag - least, size32(program_.loops)};
    for (const auto& loop : nest.loops) add_loop(loop);
    const bool always = nest.stages.size() == 1;
    const auto test = always ? 0 : emit(Instruction::Kind::stage, number);
    for (const auto& node : stage.body) add(node);
    if (!always) program_.code[test].target = size32(program_.code);
    path_.resize(path_.size() - nest.loops.size());
  }

  /// Of a nest whose stages begin at `first`; without lags they all start and finish together.
  void add_lagged(std::uint32_t first, std::size_t stages) {
    const auto begin = program_.stages.begin() + first;
    const auto end = begin + static_cast<std::ptrdiff_t>(stages);
    if (std::all_of(begin, end, [](const FlatStage& stage) { return stage.lag == 0; })) return;
    for (std::uint32_t i = 0; i < stages; ++i) program_.lagged.push_back(first + i);
  }

  void add_loop(const Loop& loop) {
    require(loop.trip >= 1 && loop.tail_trip >= 1, "loop '" + loop.rank + "' has a trip below 1");
    FlatLoop flat{loop.trip, loop.tail_trip, add_slots(loop.ragged_under, loop.rank), {},
                  -1,        loop.rank};
    if (!path_.empty()) flat.parent = static_cast<std::int32_t>(path_.back());
    path_.push_back(size32(program_.loops));
    program_.loops.push_back(flat);
  }

  const mappings::UnitProgram& unit_;
  Program program_;
  RegionFlattener regions_{program_};
  std::vector<std::uint32_t> path_;  ///< slot of each loop around the present place, by depth
};

}  // namespace

Program flatten(const mappings::UnitProgram& unit) { return Flattener(unit).run(); }

}  // namespace attnsim::sim
