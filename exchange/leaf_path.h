#pragma once

#include <string>
#include <vector>

#include "exchange/loss.h"
#include "mappings/mapping.h"

namespace attnsim::exchange {

/// A loop or spread around an Einsum, or a keep that it sees; from the outside in.
struct PathStep {
  const mappings::For* loop = nullptr;
  const mappings::Spatial* spatial = nullptr;
  const mappings::Keep* keep = nullptr;
  Place place;
};

/// What stands around one Einsum in a mapping.
struct LeafPath {
  std::string einsum;
  std::string unit;
  std::vector<PathStep> steps;
  Place place;
};

/// All Einsums of a mapping, in order. What other tools have no nodes for (pipelines, stages,
/// shared loops, spills, how a keep is buffered) is lost; the paths run through it.
[[nodiscard]] std::vector<LeafPath> leaf_paths(const mappings::Mapping& mapping, Losses& losses);

}  // namespace attnsim::exchange
