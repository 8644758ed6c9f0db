#include <algorithm>

#include "base/error.h"
#include "exchange/teaal.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

class Reader {
 public:
  explicit Reader(Losses& losses) : losses_(losses) {}

  TeaalBindings run(const Yaml& section) {
    if (section.is_sequence()) {
      throw InputError(section.place,
                       "'bindings' must go by Einsum, each with a list of 'component' "
                       "and 'bindings' (older files list components first)");
    }
    TeaalBindings bindings;
    for (const auto& entry : entries_of(section, "'bindings'")) {
      auto& binding = bindings[entry.key];
      binding.place = entry.place;
      for (const auto& item : items_of(entry.value, "the bindings of an Einsum")) {
        read_item(item, binding);
      }
    }
    return bindings;
  }

 private:
  void read_item(const Yaml& item, TeaalBinding& binding) {
    YamlFields fields(item, "a binding");
    if (fields.optional("config") != nullptr) {
      binding.config = fields.required_text("config");
      fields.ignore("prefix");  // where TeAAL writes its traces
    } else {
      const auto component = fields.required_text("component");
      for (const auto& bound : items_of(fields.required("bindings"), "'bindings'")) {
        read_bound(bound, component, binding);
      }
    }
    fields.reject_unread();
  }

  /// What is bound to a component: an operation, a tensor, or a rank (of an intersection unit).
  void read_bound(const Yaml& yaml, const std::string& component, TeaalBinding& binding) {
    YamlFields fields(yaml, "what is bound to '" + component + "'");
    if (fields.optional("op") != nullptr) {
      add_once(binding.computes, component);
    } else if (fields.optional("tensor") != nullptr) {
      read_buffer(fields, component, binding);
    } else {
      fields.ignore("rank");
      losses_.push_back(
          {yaml.place, "the rank bound to '" + component + "': attnsim's tensors are dense"});
      for (const char* key : {"leader", "init-ranks", "init_ranks", "final-ranks", "swap_depth"}) {
        fields.ignore(key);
      }
    }
    fields.reject_unread();
  }

  void read_buffer(YamlFields& fields, const std::string& component, TeaalBinding& binding) {
    TeaalBuffer buffer;
    buffer.tensor = fields.required_text("tensor");
    buffer.component = component;
    buffer.place = fields.place();
    buffer.evict_on = fields.optional_text("evict-on", "");
    fields.ignore("rank");
    fields.ignore("format");
    const auto type = fields.optional_text("type", "payload");
    const auto style = fields.optional_text("style", "lazy");
    for (const char* key : {"init-ranks", "final-ranks"}) {
      fields.lose(key, "attnsim does not reorder tensors", losses_);
    }
    const auto& same = buffer;
    const bool known =
        std::any_of(binding.buffers.begin(), binding.buffers.end(), [&](const TeaalBuffer& other) {
          return other.tensor == same.tensor && other.component == same.component;
        });
    if (type == "coord") {
      losses_.push_back({buffer.place, "the coordinates of '" + buffer.tensor + "' in '" +
                                           component + "': dense tensors have none"});
    }
    if (style == "eager") {
      losses_.push_back({buffer.place, "the eager binding of '" + buffer.tensor + "' to '" +
                                           component + "': it is filled as it is used"});
    }
    if (!known) binding.buffers.push_back(buffer);
  }

  static void add_once(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }

  Losses& losses_;
};

}  // namespace

TeaalBindings read_teaal_bindings(const Yaml& section, Losses& losses) {
  return Reader(losses).run(section);
}

}  // namespace attnsim::exchange
