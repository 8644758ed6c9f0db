#include "base/error.h"
#include "exchange/timeloop.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

constexpr std::int64_t most_instances = std::int64_t{1} << 24U;

/// "PE" and 168 of "PE[1..168]"; 1 where nothing is said.
std::pair<std::string, std::int64_t> name_and_count(const Yaml& yaml) {
  const auto& text = text_of(yaml, "'name'");
  const auto bracket = text.find('[');
  if (bracket == std::string::npos) return {text, 1};
  const auto dots = text.find("..", bracket);
  if (dots != std::string::npos && text.ends_with(']')) {
    const auto first = number_of(text.substr(bracket + 1, dots - bracket - 1));
    const auto last = number_of(text.substr(dots + 2, text.size() - dots - 3));
    if (first && last && *last >= *first && *last - *first < static_cast<double>(most_instances)) {
      return {text.substr(0, bracket), static_cast<std::int64_t>(*last - *first) + 1};
    }
  }
  throw InputError(yaml.place, "'" + text + "' is no name with a number of instances: PE[0..15]");
}

Yaml placed(Yaml yaml, const Place& place) {
  yaml.place = place;
  return yaml;
}

class Converter {
 public:
  Yaml run(const Yaml& subtree) {
    nodes_.kind = Yaml::Kind::sequence;
    nodes_.place = subtree.place;
    walk(subtree, 1);
    if (!waiting_.empty()) add_container({}, 1, 1, subtree.place);
    return nodes_;
  }

 private:
  void walk(const Yaml& trees, std::int64_t around) {
    for (const auto& tree : items_of(trees, "'subtree'")) {
      YamlFields fields(tree, "a tree");
      const auto [name, count] = name_and_count(fields.required("name"));
      if (around * count > most_instances) {
        throw InputError(tree.place, "makes more than 2^24 instances");
      }
      Yaml container = node("Container", name, tree.place);
      if (const auto* attributes = fields.optional("attributes")) {
        container.add("attributes", without_mesh(*attributes));
      }
      nodes_.append(container);
      if (const auto* local = fields.optional("local")) {
        for (const auto& component : items_of(*local, "'local'")) add(component, around * count);
      }
      if (const auto* inner = fields.optional("subtree")) walk(*inner, around * count);
      fields.reject_unread();
    }
  }

  static Yaml node(const char* tag, const std::string& name, const Place& place) {
    Yaml yaml;
    yaml.kind = Yaml::Kind::map;
    yaml.tag = tag;
    yaml.place = place;
    yaml.add("name", placed(yaml_scalar(name), place));
    return yaml;
  }

  /// The fan-outs say it; the version is Accelergy's.
  static Yaml without_mesh(const Yaml& attributes) {
    auto kept = attributes;
    std::erase_if(kept.entries, [](const YamlEntry& entry) {
      return entry.key == "meshX" || entry.key == "meshY" || entry.key == "version";
    });
    return kept;
  }

  void add(const Yaml& component, std::int64_t around) {
    YamlFields fields(component, "a component");
    const auto [name, own] = name_and_count(fields.required("name"));
    const auto count = around * own;
    if (count > most_instances) {
      throw InputError(component.place, "makes more than 2^24 instances");
    }
    auto columns = count;
    const auto* const attributes = component.find("attributes");
    const auto* const mesh = attributes == nullptr ? nullptr : attributes->find("meshX");
    if (mesh != nullptr) columns = count_of(*mesh, "'meshX'");
    if (count % columns != 0 || columns % columns_ != 0 ||
        count / columns % (count_ / columns_) != 0) {
      throw InputError(component.place, "'" + name + "' is there " + std::to_string(count) +
                                            " times in " + std::to_string(columns) +
                                            " columns, which does not divide into what is "
                                            "around it");
    }
    const bool hollow = text_of(fields.required("class"), "'class'").starts_with("dummy");
    if (!waiting_.empty() || count > count_) {
      const auto rows = (count / columns) / (count_ / columns_);
      add_container(name, columns / columns_, rows, component.place);
    }
    count_ = count;
    columns_ = columns;
    if (hollow) {
      waiting_ = name;
      return;
    }
    auto converted = component;
    converted.tag = "Component";
    for (auto& entry : converted.entries) {
      if (entry.key == "name") entry.value.text = name;
      if (entry.key == "attributes") entry.value = without_mesh(entry.value);
    }
    nodes_.append(converted);
  }

  /// What fans out here is called as the level of nothing in front of it, where there is one.
  void add_container(const std::string& name, std::int64_t columns, std::int64_t rows,
                     const Place& place) {
    auto container = node("Container", waiting_.empty() ? name + "_fanout" : waiting_, place);
    waiting_.clear();
    Yaml spatial;
    spatial.place = place;
    spatial.add("meshX", placed(yaml_scalar(std::to_string(columns)), place));
    spatial.add("meshY", placed(yaml_scalar(std::to_string(rows)), place));
    container.add("spatial", spatial);
    nodes_.append(container);
  }

  Yaml nodes_;
  std::string waiting_;  ///< a level of nothing that has not become a container yet
  std::int64_t count_ = 1;
  std::int64_t columns_ = 1;
};

}  // namespace

Yaml nodes_of_subtree(const Yaml& subtree) { return Converter().run(subtree); }

}  // namespace attnsim::exchange
