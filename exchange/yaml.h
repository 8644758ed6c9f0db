#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"

/// YAML as a plain value that knows where everything stood. Only yaml.cpp sees yaml-cpp.
namespace attnsim::exchange {

struct YamlEntry;

struct Yaml {
  enum class Kind { null, scalar, sequence, map };
  Kind kind = Kind::null;
  std::string tag;                 ///< "Component" of `!Component`; empty: none
  std::string text;                ///< of a scalar
  std::vector<Yaml> items;         ///< of a sequence
  std::vector<YamlEntry> entries;  ///< of a map, in the order of the text
  bool flow = false;               ///< written on one line: [a, b], {a: b}
  Place place;

  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  /// The value of a key of a map; nullptr if it has none.
  [[nodiscard]] const Yaml* find(std::string_view key) const;
  /// Adds an entry to a map, or makes one of null. @return the value
  Yaml& add(std::string key, Yaml value);
  /// Adds an item to a sequence, or makes one of null. @return the item
  Yaml& append(Yaml value);
};

struct YamlEntry {
  std::string key;
  Yaml value;
  Place place;  ///< of the key
};

[[nodiscard]] Yaml yaml_scalar(std::string text);
/// One line: [M, N].
[[nodiscard]] Yaml yaml_list(const std::vector<std::string>& words);

/// Whether both say the same: tags, keys in any order, values; places and styles do not count.
[[nodiscard]] bool same(const Yaml& a, const Yaml& b);

/// Reads one document. Anchors, aliases and merge keys (`<<`) are resolved.
/// @param file  the name that messages give it
/// @throws InputError at the place where the text is no YAML, is a Jinja template, has a key twice
///         or a key that is no scalar, is nested more than 64 deep or stands for more than
///         200,000 values; nothing else, for any text
[[nodiscard]] Yaml parse_yaml(const std::string& text, const std::string& file);

/// The text of a document; `parse_yaml` of it is `same`.
[[nodiscard]] std::string to_text(const Yaml& yaml);

}  // namespace attnsim::exchange
