#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/shapes.h"

/// What a mask leaves to skip: keys are read by whole tiles, and a tile of queries has to read
/// every one in which any of its queries may see a key.
namespace attnsim::einsum {

/// How many coordinates of each rank a tile has; the last of a rank may have fewer.
using TileSizes = std::map<std::string, std::int64_t>;

struct Tiling {
  std::string einsum;  ///< whose condition it is; empty: the first that runs along all the ranks
  TileSizes queries;   ///< one at least; ranks whose coordinates are taken one by one have 1
  TileSizes keys;      ///< one at least
  /// Of each query tile, the key tiles start at the first key that it sees, not at multiples of
  /// their size from 0.
  bool dynamic = false;
};

/// Key tiles by query tile, of some of the ranks or of all.
struct TileCounts {
  std::vector<std::string> query_ranks;
  std::vector<std::string> key_ranks;
  std::int64_t query_tiles = 1;  ///< all there are
  std::int64_t key_tiles = 1;    ///< all there are, on the grid from 0
  std::int64_t worst = 1;        ///< key tiles of the query tile that has most
  std::int64_t least = 1;
  std::int64_t total = 1;    ///< over all query tiles
  std::int64_t pairs = 1;    ///< of a query and a key
  std::int64_t allowed = 1;  ///< of those, the ones that fulfil the condition

  [[nodiscard]] double mean() const;
  [[nodiscard]] double density() const;       ///< allowed of all pairs
  [[nodiscard]] double speedup() const;       ///< at most, by the worst query tile
  [[nodiscard]] double mean_speedup() const;  ///< at most, if query tiles can be spread evenly
};

struct TileReport {
  std::string einsum;
  TileCounts all;  ///< the product of the groups
  /// Ranks that the condition ties together; the tiles of one group are independent of another's.
  std::vector<TileCounts> groups;
};

/// The shapes that the tiles follow from: those of ranks that neither the condition names nor the
/// tiling cuts are 1 where none is given.
/// @throws InputError as `count_tiles` and `resolve_shapes`
[[nodiscard]] Shapes shapes_for_tiles(const Cascade& cascade, const Tiling& tiling,
                                      const Shapes& given);

/// Exact, for any condition on coordinates. Conjuncts that share no rank are counted apart; what a
/// conjunct ties together is cut into boxes until the condition holds in all of one or nowhere.
/// @param shapes  complete
/// @throws InputError for a rank that the Einsum does not run along, a tile below 1, a rank of the
///         condition without a tile, a condition that depends on data or holds nowhere, and where
///         the boxes are more than `most_boxes`
[[nodiscard]] TileReport count_tiles(const Cascade& cascade, const Tiling& tiling,
                                     const Shapes& shapes);

inline constexpr std::int64_t most_boxes = std::int64_t{1} << 27;

/// What the whole gains, by Amdahl's law, if `share` of its time is `speedup` times as fast.
[[nodiscard]] double end_to_end_speedup(double speedup, double share);

}  // namespace attnsim::einsum
