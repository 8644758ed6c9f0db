#pragma once

#include <string>
#include <vector>

#include "einsum/count_tiles.h"

/// A paper's speedups by the tiles that a mask leaves, beside ours. No machine and no time: key
/// tiles of the worst query tile, counted from the cascade, and Amdahl's law.
namespace attnsim::validation {

/// A row of the table: a mask, how it is cut, and the published speedup of the whole model.
struct TileRow {
  std::string name;     ///< of the case: "hunyuan_91"
  std::string cascade;  ///< shipped, or a path
  std::string shape;    ///< ranks and parameters: "Y=256 X=256 WY=80 WX=80 SY=1 SX=1"
  std::string query_tiles;
  std::string key_tiles;
  std::string tiles_are;  ///< "named" in the source, or "fitted"
  double share = 0;       ///< of attention in the model's time
  double published = 0;
  std::string published_text;  ///< with its digits
  einsum::TileCounts tiles;
  double ours = 0;

  [[nodiscard]] double error() const { return ours / published - 1; }
  /// Whether ours is theirs with as many digits as theirs has.
  [[nodiscard]] bool is_exact() const;
  [[nodiscard]] std::string command() const;  ///< that makes this row
};

struct TileStudyResult {
  std::string name;
  std::string title;
  std::string source;
  double within = 0;  ///< how far ours may be off, as a share of theirs
  std::vector<TileRow> rows;

  [[nodiscard]] std::size_t outside() const;  ///< rows that are further off
  [[nodiscard]] std::size_t exact() const;
  [[nodiscard]] double greatest_error() const;  ///< without its sign
};

/// What the description of such a study is called, in its folder.
inline constexpr const char* tile_study_file = "tile_study.xml";

/// @param cases  that are run; empty: all
/// @throws InputError for anything wrong with the files, or a case that is not there
[[nodiscard]] TileStudyResult run_tile_study(const std::string& path,
                                             const std::vector<std::string>& cases = {});

}  // namespace attnsim::validation
