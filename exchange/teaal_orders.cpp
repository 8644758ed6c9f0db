#include "exchange/teaal_orders.h"

#include <algorithm>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "einsum/expression_ops.h"
#include "exchange/loop_nest.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

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
  Reader(const einsum::Cascade& cascade, Losses& losses) : cascade_(cascade), losses_(losses) {}

  TeaalOrders run(const Yaml& section) {
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
    return std::move(result_);
  }

 private:
  TeaalOrder& einsum_at(const YamlEntry& entry) {
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
    return result_.einsums[entry.key];
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
        add_flatten(rank, entry.key, einsum);
        continue;
      }
      for (const auto& way : ways) einsum.parts[rank.key].push_back(tile_of(way));
    }
  }

  /// (K, M): [flatten()] makes the rank KM.
  void add_flatten(const YamlEntry& entry, const std::string& name, TeaalOrder& einsum) {
    mappings::Flatten flatten;
    flatten.place = entry.place;
    auto inside = yaml_scalar(entry.key.substr(1, entry.key.size() - 2));
    for (const auto& word : words_of(inside, "ranks")) {
      flatten.of.push_back(word.text);
      flatten.rank += word.text;
    }
    if (flatten.of.size() < 2) throw InputError(entry.place, "flattens at least two ranks: (K, M)");
    if (!may_flatten(flatten.of, name)) {
      einsum.unflattened[flatten.rank] = flatten.of;
      losses_.push_back({entry.place, "the flattening of " + entry.key +
                                          ": here a tensor has all of the ranks or none, and each "
                                          "is whole; the loops go over one after the other"});
      return;
    }
    const bool there =
        std::any_of(result_.flattens.begin(), result_.flattens.end(),
                    [&](const mappings::Flatten& other) { return other.rank == flatten.rank; });
    if (!there) result_.flattens.push_back(flatten);
  }

  [[nodiscard]] bool may_flatten(const std::vector<std::string>& ranks,
                                 const std::string& name) const {
    for (const auto& rank : ranks) {
      if (cascade_.find_rank(rank) == nullptr) return false;
    }
    const auto* const einsum = cascade_.find_einsum(name);
    if (einsum == nullptr) return false;
    auto accesses = einsum::reads(*einsum);
    accesses.push_back(einsum->output);
    return std::all_of(accesses.begin(), accesses.end(), [&](const einsum::Access& access) {
      const auto& own = cascade_.find_tensor(access.tensor)->ranks;
      const auto has = std::count_if(ranks.begin(), ranks.end(), [&](const std::string& rank) {
        return std::find(own.begin(), own.end(), rank) != own.end();
      });
      return has == 0 || has == static_cast<std::ptrdiff_t>(ranks.size());
    });
  }

  mappings::Size tile_of(const Yaml& way) {
    const auto [kind, argument] = call_of(way);
    mappings::Size size;
    size.place = way.place;
    size.kind = mappings::Size::Kind::fit;
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

  const einsum::Cascade& cascade_;
  Losses& losses_;
  TeaalOrders result_;
};

}  // namespace

TeaalOrders read_teaal_orders(const Yaml& section, const einsum::Cascade& cascade, Losses& losses) {
  return Reader(cascade, losses).run(section);
}

}  // namespace attnsim::exchange
