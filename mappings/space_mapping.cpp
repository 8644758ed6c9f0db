#include "mappings/space_mapping.h"

#include <algorithm>
#include <utility>

#include "mappings/space_keeps.h"
#include "mappings/space_loops.h"

namespace attnsim::mappings {
namespace {

Size number(std::int64_t value) {
  Size size;
  size.number = value;
  return size;
}

Size fit() {
  Size size;
  size.kind = Size::Kind::fit;
  return size;
}

TreeNode node(NodeKind kind) { return TreeNode{std::move(kind), {}, {}, {}}; }

bool among(const std::vector<std::size_t>& set, std::size_t member) {
  return std::find(set.begin(), set.end(), member) != set.end();
}

/// Einsums that run as one: one, or two that take turns.
struct Turn {
  std::vector<std::size_t> einsums;
  std::optional<std::size_t> rank;  ///< over which they take turns
};

class GroupBuilder {
 public:
  GroupBuilder(const Roles& roles, const Fusion& fusion, const Outline& outline,
               const Details& details, const std::vector<std::size_t>& einsums)
      : roles_(roles),
        fusion_(fusion),
        outline_(outline),
        details_(details),
        group_(group_of(roles, outline, einsums)),
        keeps_(group_.loops.size() + 1) {}

  TreeNode build() {
    take_turns();
    keep_arrivals();
    for (const auto einsum : group_.einsums) keep_result(einsum);
    return nest();
  }

 private:
  [[nodiscard]] const UnitRole& unit_of(std::size_t einsum) const {
    return roles_.units[roles_.einsums[einsum].options[details_.binding[einsum]].unit];
  }

  [[nodiscard]] Spread spread(std::size_t einsum) const {
    return spread_of(roles_, outline_, roles_.einsums[einsum], unit_of(einsum));
  }

  [[nodiscard]] std::vector<TileLoop> own(std::size_t einsum) const {
    return own_loops(roles_, outline_, group_, einsum);
  }

  void take_turns() {
    for (std::size_t i = 0; i < group_.einsums.size(); ++i) {
      const auto einsum = group_.einsums[i];
      if (i + 1 < group_.einsums.size()) {
        if (const auto rank = turn_rank(einsum, group_.einsums[i + 1])) {
          turns_.push_back({{einsum, group_.einsums[i + 1]}, rank});
          ++i;
          continue;
        }
      }
      turns_.push_back({{einsum}, std::nullopt});
    }
  }

  /// The rank over which two Einsums can take turns, so that what the first makes stays in
  /// registers.
  [[nodiscard]] std::optional<std::size_t> turn_rank(std::size_t first, std::size_t second) const {
    const auto& maker = roles_.einsums[first];
    const auto& user = roles_.einsums[second];
    const auto& passed = roles_.tensors[maker.output];
    if (passed.output || passed.generative || passed.readers != std::vector{second}) return {};
    const auto& unit = unit_of(first);
    if (&unit != &unit_of(second) || unit.registers == nullptr) return {};
    const auto a = spread(first);
    const auto b = spread(second);
    if (a.columns != b.columns || a.rows != b.rows || a.lanes != b.lanes) return {};
    if (maker.conditional || user.conditional) return {};
    const auto loops = own(first);
    if (!same(loops, own(second))) return {};
    std::optional<std::size_t> best;
    std::int64_t most = 1;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      if (!has(maker.makes & user.iterates & passed.ranks & ~maker.reduces, rank)) continue;
      if (a.columns == rank || a.rows == rank || a.lanes == rank) continue;
      if (roles_.ranks[rank].batch || roles_.ranks[rank].step) continue;
      const auto extent = extent_of_step(outline_, group_, loops, rank);
      if (extent > most) {
        most = extent;
        best = rank;
      }
    }
    return best;
  }

  static bool same(const std::vector<TileLoop>& a, const std::vector<TileLoop>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      return x.rank == y.rank && x.tile == y.tile;
    });
  }

  [[nodiscard]] Keep keep(std::size_t tensor, const arch::MemorySpec& memory, Size buffers) const {
    Keep keep;
    keep.tensors = {roles_.tensors[tensor].name};
    keep.memory = memory.name;
    keep.buffers = std::move(buffers);
    return keep;
  }

  [[nodiscard]] Keep prefetched(std::size_t tensor) const {
    const auto prefetch = prefetch_of(roles_, outline_, group_, tensor, details_.prefetch);
    auto held = keep(tensor, *roles_.shared, number(prefetch == Prefetch::tile ? 2 : 1));
    if (prefetch == Prefetch::piece) held.spare = 1;
    return held;
  }

  /// Of what comes from off chip.
  void keep_arrivals() {
    for (std::size_t tensor = 0; tensor < roles_.tensors.size(); ++tensor) {
      const auto& role = roles_.tensors[tensor];
      if (role.producer && among(group_.einsums, *role.producer)) continue;
      const auto reader = std::find_if(role.readers.begin(), role.readers.end(),
                                       [&](auto each) { return among(group_.einsums, each); });
      if (reader == role.readers.end()) continue;
      const auto place = place_of(roles_, outline_, group_, tensor);
      if (place == own_place) {
        own_keeps_.emplace_back(*reader, prefetched(tensor));
      } else {
        keeps_[place].push_back(prefetched(tensor));
      }
    }
  }

  [[nodiscard]] bool passed_on(std::size_t tensor) const {
    return std::any_of(turns_.begin(), turns_.end(), [&](const Turn& turn) {
      return turn.rank && roles_.einsums[turn.einsums.front()].output == tensor;
    });
  }

  void keep_result(std::size_t einsum) {
    const auto tensor = roles_.einsums[einsum].output;
    if (passed_on(tensor)) return;
    const bool leaves = leaves_chip(roles_, fusion_, tensor);
    for (const auto& at : keeps_of_result(roles_, outline_, group_, details_, einsum, leaves)) {
      keeps_[at.place].push_back(
          keep(tensor, *at.memory, at.buffers == 0 ? fit() : number(at.buffers)));
    }
  }

  /// An Einsum, or two that take turns, inside its own loops.
  [[nodiscard]] TreeNode chain(const Turn& turn) const {
    const auto einsum = turn.einsums.front();
    TreeNode inner;
    if (turn.rank) {
      inner = node(Fuse{roles_.ranks[*turn.rank].name});
      inner.keeps.push_back(
          keep(roles_.einsums[einsum].output, *unit_of(einsum).registers, number(1)));
      for (const auto each : turn.einsums) inner.children.push_back(leaf(each));
    } else {
      inner = leaf(einsum);
    }
    const auto how = spread(einsum);
    inner = spread_along(how.lanes, Along::lanes, std::move(inner));
    inner = spread_along(how.rows, Along::rows, std::move(inner));
    inner = spread_along(how.columns, Along::columns, std::move(inner));
    const auto loops = own(einsum);
    for (auto i = loops.size(); i-- > 0;) {
      auto loop = node(For{roles_.ranks[loops[i].rank].name, number(loops[i].tile)});
      if (i + 1 == loops.size()) {
        for (const auto& [reader, keep] : own_keeps_) {
          if (among(turn.einsums, reader)) loop.keeps.push_back(keep);
        }
      }
      loop.children.push_back(std::move(inner));
      inner = std::move(loop);
    }
    return inner;
  }

  [[nodiscard]] TreeNode leaf(std::size_t einsum) const {
    return node(Leaf{roles_.einsums[einsum].name, unit_of(einsum).name});
  }

  [[nodiscard]] TreeNode spread_along(std::optional<std::size_t> rank, Along along,
                                      TreeNode inner) const {
    if (!rank) return inner;
    auto spatial = node(Spatial{roles_.ranks[*rank].name, {along}, /*fold=*/true});
    spatial.children.push_back(std::move(inner));
    return spatial;
  }

  [[nodiscard]] std::vector<TreeNode> body() const {
    std::vector<TreeNode> nodes;
    if (details_.staging == Staging::none) {
      for (const auto& turn : turns_) nodes.push_back(chain(turn));
      return nodes;
    }
    auto pipeline = node(Pipeline{details_.depth == 0 ? fit() : number(details_.depth)});
    const UnitRole* last = nullptr;
    for (const auto& turn : turns_) {
      const auto* unit = &unit_of(turn.einsums.front());
      if (details_.staging == Staging::einsums || unit != last) {
        pipeline.children.push_back(node(StageMark{}));
      }
      pipeline.children.back().children.push_back(chain(turn));
      last = unit;
    }
    nodes.push_back(std::move(pipeline));
    return nodes;
  }

  /// Loops over batch ranks, with the outermost keeps; the shared loops with theirs; the rest.
  [[nodiscard]] TreeNode nest() const {
    auto inside = body();
    for (auto i = group_.loops.size(); i-- > 0;) {
      auto loop = node(For{roles_.ranks[group_.loops[i].rank].name, number(group_.loops[i].tile)});
      loop.keeps = keeps_[i + 1];
      loop.children = std::move(inside);
      inside.clear();
      inside.push_back(std::move(loop));
    }
    auto outermost = keeps_.front();
    for (auto rank = roles_.ranks.size(); rank-- > 0;) {
      if (!roles_.ranks[rank].batch || outline_.extents[rank] == 1) continue;
      auto loop = node(For{roles_.ranks[rank].name, number(1)});
      loop.keeps = std::exchange(outermost, {});
      loop.children = std::move(inside);
      inside.clear();
      inside.push_back(std::move(loop));
    }
    if (outermost.empty() && inside.size() == 1) return std::move(inside.front());
    auto container = node(Sequence{});
    container.keeps = std::move(outermost);
    container.children = std::move(inside);
    return container;
  }

  const Roles& roles_;
  const Fusion& fusion_;
  const Outline& outline_;
  const Details& details_;
  Group group_;
  std::vector<std::vector<Keep>> keeps_;                 ///< by number of shared loops around them
  std::vector<std::pair<std::size_t, Keep>> own_keeps_;  ///< of an Einsum
  std::vector<Turn> turns_;
};

}  // namespace

Mapping mapping_of(const Roles& roles, const Fusion& fusion, const Outline& outline,
                   const Details& details) {
  Mapping mapping;
  mapping.name = roles.cascade->name + " on " + roles.architecture->name;
  mapping.cascade = roles.cascade->name;
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    if (!roles.ranks[rank].is_inner_part) continue;
    mapping.partitions.push_back({roles.ranks[rank].name, number(outline.tiles[rank]), {}});
  }
  Keep off_chip;
  off_chip.memory = roles.off_chip->name;
  off_chip.buffers = number(1);
  for (const auto& einsum : roles.einsums) {
    if (crosses(roles, fusion, einsum.output)) off_chip.tensors.push_back(einsum.name);
  }
  if (!off_chip.tensors.empty()) mapping.keeps.push_back(off_chip);
  std::vector<TreeNode> nests;
  for (const auto& einsums : groups_of(fusion)) {
    nests.push_back(GroupBuilder(roles, fusion, outline, details, einsums).build());
  }
  if (nests.size() == 1) {
    mapping.roots = std::move(nests);
    return mapping;
  }
  auto sequence = node(Sequence{});
  sequence.children = std::move(nests);
  mapping.roots.push_back(std::move(sequence));
  return mapping;
}

}  // namespace attnsim::mappings
