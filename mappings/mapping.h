#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/place.h"
#include "mappings/kernel.h"

/// A mapping as it stands in its file: a tree of loops, placements and bindings, nothing resolved.
namespace attnsim::mappings {

/// A size that the file may leave open: a number, "fit", or an attribute of the architecture
/// ("array2d.rows").
struct Size {
  enum class Kind { number, fit, attribute };
  Kind kind = Kind::number;
  std::int64_t number = 1;
  std::string component;  ///< for Kind::attribute: "array2d"
  std::string attribute;  ///< for Kind::attribute: "rows", "columns" or "lanes"
  Place place;
};

/// `<keep tensor= at= .../>`: the tile of each tensor that the iterations below need stays at `at`
/// for everything under the element that the keep stands in.
struct Keep {
  std::vector<std::string> tensors;
  std::string memory;
  Size buffers;            ///< tiles held at once (2 = double buffering), or "fit"
  std::int64_t spare = 0;  ///< pieces beyond that: space for the pieces of the next tile
  bool in_place = false;   ///< the tensors share one space, each overwriting the one before
  bool stream = false;     ///< tiles pass through: nothing is reused from one iteration to the next
  bool overbook = false;   ///< no space is set aside: what does not fit spills (`<spill>`)
  Place place;
};

enum class Along { rows, columns, lanes };

/// `<for rank= tile=>`: iterates over the tiles of a rank, in time.
struct For {
  std::string rank;
  Size tile;
};
/// `<spatial rank= along=>`: spreads what is left of a rank over PEs or lanes.
struct Spatial {
  std::string rank;
  std::vector<Along> along;
  bool fold = false;  ///< coordinates beyond the PEs there are take further rounds
};
/// `<pipeline depth=>`: the stages of consecutive iterations of the loops above overlap.
struct Pipeline {
  Size depth;             ///< iterations in flight at most, or "fit": as many as hide the latencies
  bool lockstep = false;  ///< the units wait for each other after every iteration
  bool zip = false;       ///< each stage is a loop; these advance together, one iteration a beat
};
/// `<stage lag=>`: the part of a pipeline that runs at one lag.
struct StageMark {
  std::optional<std::int64_t> lag;  ///< iterations behind the first; absent: as `depth` says
};
/// `<sequence>`: each child starts when the one before has left all its units.
struct Sequence {};
/// `<parallel>`: children side by side on their units, joined at the end.
struct Parallel {};
/// `<fuse rank=>`: the Einsums inside take turns at each coordinate of the rank, on one unit.
struct Fuse {
  std::string rank;
};
/// `<einsum name= on=>`: binds an Einsum to a unit.
struct Leaf {
  std::string einsum;
  std::string unit;
};

using NodeKind = std::variant<For, Spatial, Pipeline, StageMark, Sequence, Parallel, Fuse, Leaf>;

struct TreeNode {
  NodeKind kind;
  std::vector<Keep> keeps;
  std::vector<TreeNode> children;
  Place place;
};

/// `<partition rank="M0" shape=>`: the shape of an inner part that the cascade declares.
struct Partition {
  std::string rank;
  Size shape;
  Place place;
};

/// `<flatten rank="BP" of="B P">`: wherever a tensor has all these ranks they are one, the given.
struct Flatten {
  std::string rank;
  std::vector<std::string> of;
  Place place;
};

/// `<spill from= to=>`: the share of the tiles kept at `from` that exceeds its capacity lives at
/// `to`, and so does that share of every access to them.
struct Spill {
  std::string from;
  std::string to;
  Place place;
};

struct Mapping {
  std::string name;
  std::string cascade;  ///< name or path of the cascade it maps
  std::vector<Flatten> flattens;
  std::vector<Partition> partitions;
  std::vector<Spill> spills;
  std::vector<Keep> keeps;  ///< at the root: in scope everywhere
  std::vector<TreeNode> roots;
  std::optional<KernelMapping> kernel;  ///< launches, and then none of the above
  Place place;
};

}  // namespace attnsim::mappings
