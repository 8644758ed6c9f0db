#include <algorithm>
#include <set>

#include "base/error.h"
#include "exchange/loop_nest.h"
#include "exchange/teaal_orders.h"
#include "exchange/yaml_fields.h"
#include "mappings/problem.h"

namespace attnsim::exchange {
namespace {

using mappings::Size;

/// A loop of an Einsum: over tiles of a rank, or over its coordinates.
struct Loop {
  std::string name;   ///< "K1"
  std::string rank;   ///< "K"
  std::string stamp;  ///< its name in `space`
  Size tile;          ///< 1: over coordinates
  bool space = false;
  Place place;
};

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
      auto read = read_teaal_orders(*section, cascade_, losses_);
      mappings_ = std::move(read.einsums);
      mapping_.flattens = std::move(read.flattens);
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
  void check_bindings() const {
    for (const auto& [einsum, binding] : bindings_) {
      if (cascade_.find_einsum(einsum) != nullptr || cascade_.find_tensor(einsum) != nullptr)
        continue;
      throw InputError(binding.place, "no expression computes '" + einsum + "'");
    }
  }

  static Yaml yaml_at(const std::string& text, const Place& place) {
    auto yaml = yaml_scalar(text);
    yaml.place = place;
    return yaml;
  }

  /// The loops that a name stands for: one, but for a flattened rank that cannot be. Of that, tiles
  /// have no counterpart; its coordinates are those of its ranks.
  std::vector<Loop> loops_of(const Yaml& name, const TeaalOrder& einsum) {
    for (const auto& [flat, ranks] : einsum.unflattened) {
      const auto word = name.text.substr(0, name.text.find('.'));
      if (!word.starts_with(flat)) continue;
      const auto level = number_of("0" + word.substr(flat.size()));
      if (!level) continue;
      if (*level > 0) {
        losses_.push_back({name.place, "the loop over tiles of " + flat});
        return {};
      }
      return coordinates_of(name, ranks, einsum);
    }
    return {loop_of(name, einsum)};
  }

  std::vector<Loop> coordinates_of(const Yaml& name, const std::vector<std::string>& ranks,
                                   const TeaalOrder& einsum) const {
    std::vector<Loop> loops;
    const bool space =
        std::find(einsum.space.begin(), einsum.space.end(), name.text) != einsum.space.end();
    for (const auto& rank : ranks) {
      loops.push_back(loop_of(yaml_at(rank, name.place), einsum));
      loops.back().space = space && loops.size() == 1;
      loops.back().stamp = name.text;
    }
    return loops;
  }

  /// K2, K1, K0 of a rank with two partitions are loops over K.
  Loop loop_of(const Yaml& name, const TeaalOrder& einsum) const {
    Loop loop;
    loop.name = loop.stamp = name.text.substr(0, name.text.find('.'));
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
    for (const auto& word : known.order) {
      for (auto& loop : loops_of(word, known)) loops.push_back(std::move(loop));
    }
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
    tell_unplaced(loops, binding);
    nest.finish(name, unit, einsum.place, mapping_);
  }

  void tell_unplaced(const std::vector<Loop>& loops, const TeaalBinding& binding) {
    for (const auto& buffer : binding.buffers) {
      const auto& on = buffer.evict_on;
      if (on.empty() || on == "root") continue;
      if (std::any_of(loops.begin(), loops.end(),
                      [&](const Loop& loop) { return loop.name == on || loop.stamp == on; })) {
        continue;
      }
      losses_.push_back({buffer.place, "that '" + buffer.component + "' keeps " + buffer.tensor +
                                           ": it has no loop " + on + " to stand in"});
    }
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
      if (machine_.left_out.contains(component)) continue;
      throw InputError(binding.place, "no component '" + component + "' computes");
    }
    const auto first = architecture_.unit_names().front();
    losses_.push_back({binding.place.file.empty() ? mapping_.place : binding.place,
                       "no operation of '" + einsum + "' is bound: it runs on '" + first + "'"});
    return first;
  }

  void add_spatial(const std::vector<Loop>& loops, std::size_t at, const TeaalOrder& einsum,
                   const std::string& unit, std::set<std::string>& spread, LoopNest& nest) {
    const auto& loop = loops[at];
    const bool array = architecture_.find_array(unit) != nullptr;
    const auto position = static_cast<std::size_t>(
        std::find(einsum.space.begin(), einsum.space.end(), loop.stamp) - einsum.space.begin());
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
      if (machine_.left_out.contains(buffer.component)) continue;
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
      if (buffer.evict_on.empty() && !memory->unit.empty()) {
        losses_.push_back({buffer.place, "that '" + buffer.component + "' keeps " + buffer.tensor +
                                             ": no 'evict-on' says until when"});
        continue;
      }
      auto keep = keep_of({buffer.tensor}, memory->name, 1, buffer.place);
      keep.overbook = buffer.evict_on.empty() && is_shared_cache(*memory);
      if (keep.overbook) spill(*memory, buffer.place);
      nest.add_keep(std::move(keep));
    }
  }

  static bool is_shared_cache(const arch::MemorySpec& memory) {
    return memory.technology_class == "Cache" && memory.unit.empty();
  }

  /// A cache that nothing is evicted from by the loops holds what it can: the rest is off chip.
  void spill(const arch::MemorySpec& memory, const Place& place) {
    const bool there =
        std::any_of(mapping_.spills.begin(), mapping_.spills.end(),
                    [&](const mappings::Spill& other) { return other.from == memory.name; });
    if (there) return;
    mapping_.spills.push_back({memory.name, mappings::backing_memory(architecture_).name, place});
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
  std::map<std::string, TeaalOrder> mappings_;
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
