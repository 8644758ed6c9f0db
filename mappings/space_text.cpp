#include "mappings/space_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/did_you_mean.h"
#include "mappings/space_bound.h"
#include "mappings/space_loops.h"

namespace attnsim::mappings {
namespace {

using Texts = std::vector<std::string>;

std::string groups_text(const Roles& roles, const Fusion& fusion) {
  const auto groups = groups_of(fusion);
  if (groups.size() == 1) return "fused";
  if (groups.size() == roles.einsums.size()) return "unfused";
  Texts texts;
  for (const auto& group : groups) {
    const auto& first = roles.einsums[group.front()].name;
    const auto& last = roles.einsums[group.back()].name;
    texts.push_back(group.size() == 1 ? first : first + ".." + last);
  }
  return join(texts, " | ");
}

std::string tile_text(const Roles& roles, const Outline& outline, std::size_t rank) {
  auto text = fmt::format("{} {}", roles.ranks[rank].name, outline.tiles[rank]);
  if (outline.blocked == rank) text += fmt::format(" (blocks of {})", outline.block);
  return text;
}

std::string loops_text(const Roles& roles, const Outline& outline) {
  Texts texts;
  for (const auto rank : outline.order) texts.push_back(tile_text(roles, outline, rank));
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    const auto& order = outline.order;
    if (std::find(order.begin(), order.end(), rank) != order.end()) continue;
    const auto& role = roles.ranks[rank];
    const bool own = outline.inner_loops && outline.tiles[rank] < outline.extents[rank];
    if (!role.batch && (role.is_inner_part || own)) {
      texts.push_back(tile_text(roles, outline, rank));
    }
  }
  return texts.empty() ? "whole" : "loops " + join(texts, ", ");
}

std::string directions_text(const Roles& roles, const Outline& outline) {
  Texts texts;
  if (outline.columns) texts.push_back(roles.ranks[*outline.columns].name + " on columns");
  if (outline.rows) texts.push_back(roles.ranks[*outline.rows].name + " on rows");
  if (outline.fill) texts.emplace_back("others fill");
  return join(texts, ", ");
}

std::string levels_text(const Roles& roles, const Outline& outline) {
  static constexpr const char* words[] = {"by tiles", "longer", "longest"};
  Texts texts;
  for (std::size_t level = 0; level < 3; ++level) {
    Texts names;
    for (std::size_t tensor = 0; tensor < roles.tensors.size(); ++tensor) {
      const auto& role = roles.tensors[tensor];
      if (role.external && !role.readers.empty() && outline.levels[tensor] == level) {
        names.push_back(role.name);
      }
    }
    if (!names.empty()) texts.push_back(join(names, " ") + " " + words[level]);
  }
  return "keeps " + join(texts, ", ");
}

std::string binding_text(const Roles& roles, const Details& details) {
  Texts texts;
  for (std::size_t unit = 0; unit < roles.units.size(); ++unit) {
    Texts names;
    for (std::size_t i = 0; i < roles.einsums.size(); ++i) {
      if (roles.einsums[i].options[details.binding[i]].unit == unit) {
        names.push_back(roles.einsums[i].name);
      }
    }
    if (!names.empty()) texts.push_back(roles.units[unit].name + ": " + join(names, " "));
  }
  return join(texts, "; ");
}

std::string pipeline_text(const Details& details) {
  if (details.staging == Staging::none) return "no pipeline";
  const auto* const stages =
      details.staging == Staging::units ? "a stage a run of a unit" : "a stage an Einsum";
  return details.depth == 0 ? fmt::format("pipelined to fit, {}", stages)
                            : fmt::format("pipelined {} deep, {}", details.depth, stages);
}

const char* text_of(Waiting waiting) {
  switch (waiting) {
    case Waiting::units:
      return "passed on, carried and drained through the units' buffers";
    case Waiting::handover:
      return "passed on through the units' buffers";
    case Waiting::registers:
      return "passed on through the shared buffer";
    case Waiting::shared:
      return "everything through the shared buffer";
  }
  return "";
}

const char* text_of(Prefetch prefetch) {
  switch (prefetch) {
    case Prefetch::none:
      return "no prefetch";
    case Prefetch::piece:
      return "prefetch of a piece";
    case Prefetch::inner:
      return "double buffers innermost";
    case Prefetch::inner_piece:
      return "double buffers innermost, prefetch of a piece elsewhere";
    case Prefetch::tile:
      return "double buffers";
  }
  return "";
}

std::string sizes_text(const MappingSpace& space) {
  const auto& roles = space.roles;
  Texts texts;
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    if (roles.ranks[rank].batch || roles.ranks[rank].step) continue;
    std::set<std::int64_t> sizes;
    for (const auto& outline : space.outlines) sizes.insert(outline.tiles[rank]);
    Texts numbers;
    for (const auto size : sizes) numbers.push_back(std::to_string(size));
    texts.push_back(roles.ranks[rank].name + " " + join(numbers, "/"));
  }
  return join(texts, ", ");
}

/// What is not in the space because it would have been too large.
const char* thrift_text(const MappingSpace& space) {
  static constexpr const char* texts[] = {
      "", "; too many for smaller tiles", "; too many for smaller tiles or loops of one Einsum",
      "; too many for smaller tiles, loops of one Einsum or every size of block"};
  return texts[space.thrift];
}

}  // namespace

std::vector<std::string> statement_of(const MappingSpace& space) {
  const auto& roles = space.roles;
  Texts freely;
  for (const auto& einsum : roles.einsums) {
    if (einsum.options.size() > 1) freely.push_back(einsum.name);
  }
  return {
      fmt::format("{} ways to cut {} Einsums into fused groups (at most {} cuts, or all)",
                  space.fusions.size(), roles.einsums.size(), *space.limits.cuts),
      fmt::format("{} loop nests: tiles {}; orders and blocks of shared loops; ranks on rows and "
                  "columns; levels at which inputs are kept{}",
                  space.outlines.size(), sizes_text(space), thrift_text(space)),
      fmt::format("{} mappings of each: up to {} Einsums off their quickest unit (of {} with a "
                  "choice), pipelines, places between units, prefetching",
                  space.of_outline(), space.limits.moves, freely.size())};
}

std::vector<std::string> describe(const MappingSpace& space, const Outline& outline,
                                  const Details& details) {
  const auto& roles = space.roles;
  return {groups_text(roles, space.fusions[outline.fusion]),
          loops_text(roles, outline),
          directions_text(roles, outline),
          levels_text(roles, outline),
          binding_text(roles, details),
          pipeline_text(details),
          text_of(details.waiting),
          text_of(details.prefetch)};
}

}  // namespace attnsim::mappings
