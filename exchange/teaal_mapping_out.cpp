#include <algorithm>
#include <map>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "exchange/teaal_writing.h"
#include "mappings/problem.h"

namespace attnsim::exchange {
namespace {

/// A loop of TeAAL's: its rank, how deep, and whether it is spread.
struct Loop {
  std::string rank;
  bool space = false;
  std::string tile;  ///< empty: over coordinates
  std::string name;
};

class PathWriter {
 public:
  PathWriter(const LeafPath& path, const mappings::Mapping& mapping, const einsum::Cascade& cascade,
             const einsum::Einsum& einsum, const arch::Architecture* architecture, Losses& losses)
      : path_(path), architecture_(architecture), losses_(losses) {
    for (const auto& variable : einsum::iteration_variables(einsum)) {
      add_once(ranks_, cascade.find_rank_of_variable(variable)->name);
    }
    for (const auto& flatten : mapping.flattens) use_flatten(flatten);
  }

  void run() {
    for (const auto& step : path_.steps) {
      if (step.loop != nullptr) add_for(*step.loop, step.place);
      if (step.spatial != nullptr) add_spatial(*step.spatial, step.place);
      if (step.keep != nullptr) keeps_.emplace_back(step.keep, loops_.size());
    }
    for (const auto& rank : ranks_) {
      const bool done = std::any_of(loops_.begin(), loops_.end(), [&](const Loop& loop) {
        return loop.rank == rank && loop.tile.empty();
      });
      if (!done) loops_.push_back({rank, false, "", ""});
    }
    name_loops();
  }

  [[nodiscard]] Yaml partitioning() const {
    Yaml parts;
    for (const auto& flatten : flattens_) {
      std::string of;
      for (const auto& rank : flatten->of) of += (of.empty() ? "" : ", ") + rank;
      parts.add("(" + of + ")", yaml_list({"flatten()"}));
    }
    for (const auto& rank : ranks_) {
      std::vector<std::string> tiles;
      for (const auto& loop : loops_) {
        if (loop.rank == rank && !loop.tile.empty()) {
          tiles.push_back("uniform_shape(" + loop.tile + ")");
        }
      }
      if (!tiles.empty()) parts.add(rank, yaml_list(tiles));
    }
    return parts;
  }

  [[nodiscard]] Yaml loop_order() const {
    std::vector<std::string> names;
    for (const auto& loop : loops_) names.push_back(loop.name);
    return yaml_list(names);
  }

  [[nodiscard]] Yaml spacetime() const {
    std::vector<std::string> space;
    std::vector<std::string> time;
    for (const auto& loop : loops_) (loop.space ? space : time).push_back(loop.name);
    Yaml stamps;
    stamps.add("space", yaml_list(space));
    stamps.add("time", yaml_list(time));
    return stamps;
  }

  /// Tensors in memories, operations on the components of the unit.
  [[nodiscard]] Yaml bindings(const einsum::Cascade& cascade, const einsum::Einsum& einsum) const {
    Yaml list;
    Yaml config;
    config.add("config", yaml_scalar(architecture_->name));
    config.add("prefix", yaml_scalar("tmp/" + einsum.name()));
    list.append(config);
    std::vector<std::string> tensors{einsum.name()};
    for (const auto& access : einsum::reads(einsum)) tensors.push_back(access.tensor);
    std::map<std::string, std::size_t> places;  // of components in the list
    for (const auto& [keep, depth] : keeps_) {
      for (const auto& tensor : keep->tensors) {
        if (std::find(tensors.begin(), tensors.end(), tensor) == tensors.end()) continue;
        at(keep->memory, places, list).append(buffer(cascade, tensor, depth));
      }
    }
    for (const auto& [op, count] : operations(einsum)) {
      Yaml bound;
      bound.add("op", yaml_scalar(op));
      at(path_.unit + "_" + op, places, list).append(bound);
    }
    return list;
  }

 private:
  static void add_once(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }

  void use_flatten(const mappings::Flatten& flatten) {
    const auto has = [&](const std::string& rank) {
      return std::find(ranks_.begin(), ranks_.end(), rank) != ranks_.end();
    };
    if (!std::all_of(flatten.of.begin(), flatten.of.end(), has)) return;
    flattens_.push_back(&flatten);
    std::string joined;
    for (const auto& rank : flatten.of) {
      ranks_.erase(std::find(ranks_.begin(), ranks_.end(), rank));
      joined += rank;
    }
    ranks_.push_back(flatten.rank);
    if (joined != flatten.rank) {
      losses_.push_back({flatten.place, "the name " + flatten.rank + ": there it is " + joined});
    }
  }

  [[nodiscard]] bool has(const std::string& rank) const {
    return std::find(ranks_.begin(), ranks_.end(), rank) != ranks_.end();
  }

  void add_for(const mappings::For& loop, const Place& place) {
    if (!has(loop.rank)) return;
    const bool coordinates =
        loop.tile.kind == mappings::Size::Kind::number && loop.tile.number == 1;
    loops_.push_back({loop.rank, false, coordinates ? "" : tile_text(loop, place), ""});
  }

  std::string tile_text(const mappings::For& loop, const Place& place) {
    const auto& tile = loop.tile;
    if (tile.kind == mappings::Size::Kind::fit) {
      losses_.push_back({place, "what the tile of " + loop.rank +
                                    " is: it is open (fit), and has a "
                                    "name there"});
      return loop.rank + "_TILE";
    }
    if (tile.kind == mappings::Size::Kind::number) return std::to_string(tile.number);
    if (architecture_ != nullptr) return std::to_string(mappings::resolve(tile, *architecture_));
    losses_.push_back(
        {place, "what " + tile.component + "." + tile.attribute + " is: no architecture is given"});
    return tile.component + "_" + tile.attribute;
  }

  void add_spatial(const mappings::Spatial& spatial, const Place& place) {
    if (!has(spatial.rank)) return;
    const bool lanes =
        architecture_ != nullptr && architecture_->find_vector(path_.unit) != nullptr;
    const bool rows = std::find(spatial.along.begin(), spatial.along.end(),
                                mappings::Along::rows) != spatial.along.end();
    const Loop loop{spatial.rank, true, "", ""};
    if (!lanes && rows) {  // `space` names what is spread over rows first
      const auto first =
          std::find_if(loops_.begin(), loops_.end(), [](const Loop& other) { return other.space; });
      for (auto& [keep, depth] : keeps_) {
        if (depth > static_cast<std::size_t>(first - loops_.begin())) ++depth;
      }
      loops_.insert(first, loop);
      rows_ = true;
      return;
    }
    if (!lanes && !rows_) last_columns_ = place;
    loops_.push_back(loop);
  }

  /// K2, K1, K0 of a rank with two partitions; K of one without.
  void name_loops() {
    for (const auto& rank : ranks_) {
      auto level = static_cast<std::size_t>(
          std::count_if(loops_.begin(), loops_.end(),
                        [&](const Loop& loop) { return loop.rank == rank && !loop.tile.empty(); }));
      const bool split = level > 0;
      for (auto& loop : loops_) {
        if (loop.rank != rank) continue;
        loop.name = split ? rank + std::to_string(loop.tile.empty() ? 0 : level--) : rank;
      }
    }
    if (last_columns_.line != 0 && !rows_) {
      losses_.push_back({last_columns_, "that the spread is along columns: TeAAL does not say"});
    }
  }

  static Yaml& at(const std::string& component, std::map<std::string, std::size_t>& places,
                  Yaml& list) {
    const auto [found, is_new] = places.emplace(component, list.items.size());
    if (is_new) {
      Yaml node;
      node.add("component", yaml_scalar(component));
      node.add("bindings", Yaml{Yaml::Kind::sequence, "", "", {}, {}, false, {}});
      list.append(node);
    }
    return list.items[found->second].entries.back().value;
  }

  Yaml buffer(const einsum::Cascade& cascade, const std::string& tensor, std::size_t depth) const {
    const auto& ranks = cascade.find_tensor(tensor)->ranks;
    Yaml bound;
    bound.add("tensor", yaml_scalar(tensor));
    bound.add("rank", yaml_scalar(ranks.empty() ? "root" : ranks.back()));
    bound.add("type", yaml_scalar("payload"));
    bound.add("evict-on", yaml_scalar(depth == 0 ? "root" : loops_[depth - 1].name));
    bound.add("format", yaml_scalar("default"));
    bound.add("style", yaml_scalar("lazy"));
    return bound;
  }

  [[nodiscard]] std::map<std::string, std::int64_t> operations(const einsum::Einsum& einsum) const {
    auto counts = einsum::count_ops(einsum.value);
    if (counts.empty()) counts["add"] = 1;  // a copy
    return counts;
  }

  const LeafPath& path_;
  const arch::Architecture* architecture_;
  Losses& losses_;
  std::vector<std::string> ranks_;
  std::vector<Loop> loops_;
  std::vector<std::pair<const mappings::Keep*, std::size_t>> keeps_;  ///< and loops outside
  std::vector<const mappings::Flatten*> flattens_;
  bool rows_ = false;
  Place last_columns_;
};

/// All ranks uncompressed, values as wide as a word.
Yaml format_of(const einsum::Cascade& cascade, const arch::Architecture& architecture) {
  Yaml format;
  for (const auto& tensor : cascade.tensors) {
    Yaml layout;
    layout.add("rank-order", yaml_list(tensor.ranks));
    for (const auto& rank : tensor.ranks) {
      Yaml kind;
      kind.flow = true;
      kind.add("format", yaml_scalar("U"));
      if (rank == tensor.ranks.back()) {
        kind.add("pbits", yaml_scalar(std::to_string(architecture.word.count())));
      }
      layout.add(rank, kind);
    }
    Yaml layouts;
    layouts.add("default", layout);
    format.add(tensor.name, layouts);
  }
  return format;
}

}  // namespace

WrittenTeaalMapping write_teaal_mapping(const std::vector<LeafPath>& paths,
                                        const mappings::Mapping& mapping,
                                        const einsum::Cascade& cascade,
                                        const arch::Architecture* architecture, Losses& losses) {
  WrittenTeaalMapping written;
  Yaml rank_order;
  for (const auto& tensor : cascade.tensors) rank_order.add(tensor.name, yaml_list(tensor.ranks));
  Yaml partitioning;
  Yaml loop_order;
  Yaml spacetime;
  for (const auto& path : paths) {
    const auto* const einsum = cascade.find_einsum(path.einsum);
    if (einsum == nullptr) {
      throw InputError(path.place,
                       "cascade '" + cascade.name + "' has no Einsum '" + path.einsum + "'");
    }
    PathWriter writer(path, mapping, cascade, *einsum, architecture, losses);
    writer.run();
    auto parts = writer.partitioning();
    if (!parts.entries.empty()) partitioning.add(path.einsum, std::move(parts));
    loop_order.add(path.einsum, writer.loop_order());
    spacetime.add(path.einsum, writer.spacetime());
    if (architecture != nullptr) {
      written.bindings.add(path.einsum, writer.bindings(cascade, *einsum));
    }
  }
  written.mapping.add("rank-order", rank_order);
  if (!partitioning.entries.empty()) written.mapping.add("partitioning", partitioning);
  written.mapping.add("loop-order", loop_order);
  written.mapping.add("spacetime", spacetime);
  if (architecture != nullptr) written.format = format_of(cascade, *architecture);
  return written;
}

}  // namespace attnsim::exchange
