#include <algorithm>
#include <set>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "exchange/loop_nest.h"
#include "exchange/teaal.h"
#include "exchange/yaml_fields.h"
#include "mappings/problem.h"

namespace attnsim::exchange {
namespace {

using mappings::Size;

/// A loop of an Einsum: over tiles of a rank, or over its coordinates.
struct Loop {
  std::string name;  ///< "K1"
  std::string rank;  ///< "K"
  Size tile;         ///< 1: over coordinates
  bool space = false;
  Place place;
};

/// What the section says of one Einsum.
struct EinsumMapping {
  std::map<std::string, std::vector<Size>> parts;  ///< by rank: tiles, from the outermost
  std::vector<Yaml> order;
  std::vector<std::string> space;
  Place place;
};

/// "uniform_shape" and "128" of "uniform_shape(128)".
std::pair<std::string, std::string> call_of(const Yaml& yaml) {
  const auto& text = text_of(yaml, "a way to partition");
  const auto open = text.find('(');
  if (open == std::string::npos || !text.ends_with(')')) {
    throw InputError(yaml.place, "'" + text + "' is no way to partition: uniform_shape(128)");
  }
  return {text.substr(0, open), text.substr(open + 1, text.size() - open - 2)};
}

class Reader {
 public:
  Reader(const einsum::Cascade& cascade, const TeaalMachine& machine,
         const arch::Architecture& architecture, const TeaalBindings& bindings, Losses& losses)
      : cascade_(cascade),
        machine_(machine),
        architecture_(architecture),
        bindings_(bindings),
        losses_(losses) {}

  mappings::Mapping run(const Yaml* section) {
    mapping_.name = mapping_.cascade = cascade_.name;
    if (section != nullptr) {
      mapping_.place = section->place;
      read_section(*section);
    }
    check_bindings();
    for (const auto& einsum : cascade_.einsums) add_einsum(einsum);
    keep_intermediates();
    if (mapping_.roots.size() > 1) {
      mappings::TreeNode sequence{
          mappings::Sequence{}, {}, std::move(mapping_.roots), mapping_.place};
      mapping_.roots = {std::move(sequence)};
    }
    return std::move(mapping_);
  }

 private:
  void read_section(const Yaml& section) {
    YamlFields fields(section, "'mapping'");
    if (const auto* orders = fields.optional("rank-order")) read_rank_orders(*orders);
    if (const auto* parts = fields.optional("partitioning")) {
      for (const auto& entry : entries_of(*parts, "'partitioning'")) {
        if (entry.value.kind != Yaml::Kind::null) read_partitioning(entry);
      }
    }
    if (const auto* orders = fields.optional("loop-order")) {
      for (const auto& entry : entries_of(*orders, "'loop-order'")) {
        auto& einsum = einsum_at(entry);
        einsum.order = words_of(entry.value, "a loop order");
        einsum.place = entry.place;
      }
    }
    if (const auto* stamps = fields.optional("spacetime")) {
      for (const auto& entry : entries_of(*stamps, "'spacetime'")) read_spacetime(entry);
    }
    fields.reject_unread();
  }

  EinsumMapping& einsum_at(const YamlEntry& entry) {
    if (cascade_.find_einsum(entry.key) == nullptr) {
      // Views and first values are Einsums there, too, and run nowhere.
      if (cascade_.find_tensor(entry.key) == nullptr) {
        std::vector<std::string> known;
        for (const auto& einsum : cascade_.einsums) known.push_back(einsum.name());
        throw InputError(entry.place, "no expression computes '" + entry.key + "'" +
                                          did_you_mean(entry.key, known) +
                                          " (known: " + join(known) + ")");
      }
    }
    return mappings_[entry.key];
  }

  /// How a tensor lies in memory.
  void read_rank_orders(const Yaml& orders) {
    for (const auto& entry : entries_of(orders, "'rank-order'")) {
      const auto* const tensor = cascade_.find_tensor(entry.key);
      if (tensor == nullptr) {
        throw InputError(entry.place, "no tensor '" + entry.key + "' is declared");
      }
      std::vector<std::string> ranks;
      for (const auto& word : words_of(entry.value, "a rank order")) ranks.push_back(word.text);
      if (ranks == tensor->ranks) continue;
      losses_.push_back({entry.place, "the order of ranks of '" + entry.key +
                                          "': attnsim does not say how tensors lie in memory"});
    }
  }

  void read_partitioning(const YamlEntry& entry) {
    auto& einsum = einsum_at(entry);
    for (const auto& rank : entries_of(entry.value, "the partitioning of an Einsum")) {
      const auto& ways = items_of(rank.value, "the partitioning of a rank");
      if (rank.key.starts_with('(')) {
        add_flatten(rank);
        continue;
      }
      for (const auto& way : ways) einsum.parts[rank.key].push_back(tile_of(way));
    }
  }

  /// (K, M): [flatten()] makes the rank KM.
  void add_flatten(const YamlEntry& entry) {
    mappings::Flatten flatten;
    flatten.place = entry.place;
    auto inside = yaml_scalar(entry.key.substr(1, entry.key.size() - 2));
    for (const auto& word : words_of(inside, "ranks")) {
      flatten.of.push_back(word.text);
      flatten.rank += word.text;
    }
    const bool there =
        std::any_of(mapping_.flattens.begin(), mapping_.flattens.end(),
                    [&](const mappings::Flatten& other) { return other.rank == flatten.rank; });
    if (flatten.of.size() < 2) throw InputError(entry.place, "flattens at least two ranks: (K, M)");
    if (!there) mapping_.flattens.push_back(flatten);
  }

  Size tile_of(const Yaml& way) {
    const auto [kind, argument] = call_of(way);
    Size size;
    size.place = way.place;
    size.kind = Size::Kind::fit;
    auto number = argument;
    if (kind == "uniform_occupancy") {
      number = argument.substr(argument.find('.') + 1);
      losses_.push_back({way.place, "equal occupancy: dense tiles are of equal shape"});
    } else if (kind != "uniform_shape" && kind != "nway_shape") {
      throw InputError(way.place, "'" + kind +
                                      "' is no way to partition (known: uniform_shape, "
                                      "nway_shape, uniform_occupancy, flatten)");
    }
    const auto value = number_of(number);
    if (kind == "nway_shape" || !value) {
      losses_.push_back({way.place, "'" + way.text +
                                        "': mappings of attnsim name no sizes; the "
                                        "tile is what the capacities allow (fit)"});
      return size;
    }
    return size_of(count_of(yaml_at(number, way.place), "the shape of a partition"), way.place);
  }

  static Yaml yaml_at(const std::string& text, const Place& place) {
    auto yaml = yaml_scalar(text);
    yaml.place = place;
    return yaml;
  }

  void read_spacetime(const YamlEntry& entry) {
    auto& einsum = einsum_at(entry);
    YamlFields fields(entry.value, "the spacetime of an Einsum");
    if (const auto* space = fields.optional("space")) {
      for (const auto& word : words_of(*space, "'space'")) {
        einsum.space.push_back(word.text.substr(0, word.text.find('.')));
      }
    }
    if (const auto* time = fields.optional("time")) {
      if (einsum.order.empty()) einsum.order = words_of(*time, "'time'");
    }
    fields.lose("opt", "how TeAAL draws and slips the time stamps", losses_);
    fields.reject_unread();
  }

  void check_bindings() const {
    for (const auto& [einsum, binding] : bindings_) {
      if (cascade_.find_einsum(einsum) != nullptr || cascade_.find_tensor(einsum) != nullptr)
        continue;
      throw InputError(binding.place, "no expression computes '" + einsum + "'");
    }
  }

  /// K2, K1, K0 of a rank with two partitions are loops over K.
  Loop loop_of(const Yaml& name, const EinsumMapping& einsum) const {
    Loop loop;
    loop.name = name.text.substr(0, name.text.find('.'));
    loop.place = name.place;
    loop.tile = size_of(1, name.place);
    for (const auto& [rank, tiles] : einsum.parts) {
      if (!loop.name.starts_with(rank)) continue;
      const auto level = number_of(loop.name.substr(rank.size()));
      if (!level || *level < 0 || *level > static_cast<double>(tiles.size())) continue;
      loop.rank = rank;
      const auto depth = static_cast<std::size_t>(*level);
      if (depth > 0) loop.tile = tiles[tiles.size() - depth];
    }
    if (loop.rank.empty()) loop.rank = loop.name;
    const bool flat =
        std::any_of(mapping_.flattens.begin(), mapping_.flattens.end(),
                    [&](const mappings::Flatten& flatten) { return flatten.rank == loop.rank; });
    if (!flat && cascade_.find_rank(loop.rank) == nullptr) {
      throw InputError(name.place, "'" + name.text + "' is no rank, and no part of one");
    }
    loop.space =
        std::find(einsum.space.begin(), einsum.space.end(), loop.name) != einsum.space.end();
    return loop;
  }

  void add_einsum(const einsum::Einsum& einsum) {
    const auto name = einsum.name();
    const auto& known = mappings_[name];
    std::vector<Loop> loops;
    for (const auto& word : known.order) loops.push_back(loop_of(word, known));
    const auto found = bindings_.find(name);
    static const TeaalBinding nothing;
    const auto& binding = found == bindings_.end() ? nothing : found->second;
    const auto unit = unit_for(name, binding);
    LoopNest nest;
    keep_after("root", binding, nest);
    const auto inside = first_inside(loops, binding);
    std::set<std::string> spread;
    for (std::size_t i = 0; i < inside; ++i) {
      if (loops[i].space) {
        add_spatial(loops, i, known, unit, spread, nest);
      } else if (!spread.contains(loops[i].rank)) {
        nest.add_for(loops[i].rank, loops[i].tile, loops[i].place);
      }
      keep_after(loops[i].name, binding, nest);
    }
    nest.finish(name, unit, einsum.place, mapping_);
  }

  /// Loops over coordinates behind the last one that is spread, tiled or kept at run inside the
  /// tile operation.
  static std::size_t first_inside(const std::vector<Loop>& loops, const TeaalBinding& binding) {
    auto end = loops.size();
    while (end > 0) {
      const auto& loop = loops[end - 1];
      const bool tiled = loop.tile.kind != Size::Kind::number || loop.tile.number != 1;
      const bool kept =
          std::any_of(binding.buffers.begin(), binding.buffers.end(),
                      [&](const TeaalBuffer& buffer) { return buffer.evict_on == loop.name; });
      if (loop.space || tiled || kept) break;
      --end;
    }
    return end;
  }

  std::string unit_for(const std::string& einsum, const TeaalBinding& binding) {
    for (const auto& component : binding.computes) {
      const auto found = machine_.unit_of.find(component);
      if (found != machine_.unit_of.end()) return found->second;
      throw InputError(binding.place, "no component '" + component + "' computes");
    }
    const auto first = architecture_.unit_names().front();
    losses_.push_back({binding.place.file.empty() ? mapping_.place : binding.place,
                       "no operation of '" + einsum + "' is bound: it runs on '" + first + "'"});
    return first;
  }

  void add_spatial(const std::vector<Loop>& loops, std::size_t at, const EinsumMapping& einsum,
                   const std::string& unit, std::set<std::string>& spread, LoopNest& nest) {
    const auto& loop = loops[at];
    const bool array = architecture_.find_array(unit) != nullptr;
    const auto position = static_cast<std::size_t>(
        std::find(einsum.space.begin(), einsum.space.end(), loop.name) - einsum.space.begin());
    if (position > 1 || (!array && position > 0) || !spread.insert(loop.rank).second) {
      losses_.push_back({loop.place, "the spread of " + loop.name +
                                         ": the unit has no further direction; it runs in time"});
      return;
    }
    const auto along = !array          ? mappings::Along::lanes
                       : position == 0 ? mappings::Along::rows
                                       : mappings::Along::columns;
    const bool rest = std::any_of(loops.begin() + static_cast<std::ptrdiff_t>(at) + 1, loops.end(),
                                  [&](const Loop& inner) { return inner.rank == loop.rank; });
    if (rest) {
      Size tile;
      tile.kind = Size::Kind::attribute;
      tile.component = unit;
      tile.attribute = !array ? "lanes" : position == 0 ? "rows" : "columns";
      tile.place = loop.place;
      nest.add_for(loop.rank, tile, loop.place);
      losses_.push_back({loop.place, "the loops over " + loop.rank + " inside of " + loop.name +
                                         " stand outside of it: each PE gets other coordinates, as "
                                         "many as before"});
    }
    nest.add_spatial(loop.rank, {along}, !rest, loop.place);
  }

  /// The outermost memory has all that is whole anyway.
  void keep_after(const std::string& loop, const TeaalBinding& binding, LoopNest& nest) {
    for (const auto& buffer : binding.buffers) {
      const auto* const memory = architecture_.find_memory(component_name(buffer.component));
      if (memory == nullptr) {
        throw InputError(buffer.place, "the architecture has no memory '" + buffer.component + "'");
      }
      if (cascade_.find_tensor(buffer.tensor) == nullptr) {
        throw InputError(buffer.place, "no tensor '" + buffer.tensor + "' is declared");
      }
      const bool off_chip = !memory->capacity && memory->unit.empty();
      const auto on = buffer.evict_on.empty() ? std::string("root") : buffer.evict_on;
      if (off_chip || on != loop) continue;
      nest.add_keep(keep_of({buffer.tensor}, memory->name, 1, buffer.place));
    }
  }

  /// Each Einsum has a nest of its own: what passes between two goes off chip.
  void keep_intermediates() {
    std::vector<std::string> tensors;
    for (const auto& tensor : cascade_.tensors) {
      if (tensor.kind == einsum::Tensor::Kind::intermediate) tensors.push_back(tensor.name);
    }
    if (tensors.empty()) return;
    const auto& memory = mappings::backing_memory(architecture_);
    mapping_.keeps.push_back(keep_of(tensors, memory.name, 1, mapping_.place));
  }

  const einsum::Cascade& cascade_;
  const TeaalMachine& machine_;
  const arch::Architecture& architecture_;
  const TeaalBindings& bindings_;
  Losses& losses_;
  std::map<std::string, EinsumMapping> mappings_;
  mappings::Mapping mapping_;
};

}  // namespace

mappings::Mapping read_teaal_mapping(const Yaml* section, const einsum::Cascade& cascade,
                                     const TeaalMachine& machine,
                                     const arch::Architecture& architecture,
                                     const TeaalBindings& bindings, Losses& losses) {
  return Reader(cascade, machine, architecture, bindings, losses).run(section);
}

}  // namespace attnsim::exchange
