#pragma once

#include <string>
#include <vector>

#include "mappings/mapping.h"

namespace attnsim::exchange {

/// One Einsum's nest as a list from the outside in; what the formats' mappings are, too.
class LoopNest {
 public:
  /// @param tile  coordinates of one iteration; 1: over the coordinates
  void add_for(const std::string& rank, const mappings::Size& tile, const Place& place);
  void add_spatial(const std::string& rank, std::vector<mappings::Along> along, bool fold,
                   const Place& place);
  /// For all that is added later.
  void add_keep(mappings::Keep keep);
  /// The same, outside of the innermost loops so far that run over none of `ranks`, and of the
  /// spreads inside of them: they leave the tile as it is.
  void add_keep_around(const std::vector<std::string>& ranks, mappings::Keep keep);
  /// Puts the Einsum inside all of it. Keeps that stand outside of all loops go to `mapping`, each
  /// once for all nests.
  void finish(const std::string& einsum, const std::string& unit, const Place& place,
              mappings::Mapping& mapping) const;

 private:
  struct Step {
    mappings::NodeKind kind;
    std::vector<mappings::Keep> keeps;  ///< inside of it
    Place place;
  };
  std::vector<mappings::Keep> outside_;
  std::vector<Step> steps_;
};

[[nodiscard]] mappings::Size size_of(std::int64_t number, const Place& place);
[[nodiscard]] mappings::Keep keep_of(std::vector<std::string> tensors, const std::string& memory,
                                     std::int64_t buffers, const Place& place);

}  // namespace attnsim::exchange
