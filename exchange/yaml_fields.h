#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exchange/loss.h"
#include "exchange/yaml.h"

namespace attnsim::exchange {

/// A YAML map, read strictly: what is missing, malformed or unknown is an InputError that names
/// the place and what would have been right.
class YamlFields {
 public:
  /// @param what  for messages: "a component"
  /// @throws InputError if it is no map
  YamlFields(const Yaml& map, std::string what);

  [[nodiscard]] const Yaml& required(const std::string& key);
  /// nullptr where the key is absent or its value is null.
  [[nodiscard]] const Yaml* optional(const std::string& key);
  [[nodiscard]] std::string required_text(const std::string& key);
  [[nodiscard]] std::string optional_text(const std::string& key, const std::string& fallback);

  /// Counts the key as known; what stands there is lost, for this reason.
  void lose(const std::string& key, const std::string& why, Losses& losses);
  /// Counts the key as known; nothing is lost by leaving it out.
  void ignore(const std::string& key) { known_.insert(key); }
  /// All keys that nothing asked for so far.
  [[nodiscard]] std::vector<const YamlEntry*> unread() const;
  /// @throws InputError at the first key that nothing asked for, with those that are known
  void reject_unread() const;

  [[nodiscard]] const Place& place() const { return map_->place; }
  [[nodiscard]] const Yaml& map() const { return *map_; }
  [[noreturn]] void fail(const std::string& message) const;

 private:
  const Yaml* map_;
  std::string what_;
  std::set<std::string> known_;
};

/// @throws InputError if the value is no scalar, no list, no map of the kind that is named
[[nodiscard]] const std::string& text_of(const Yaml& yaml, const std::string& what);
[[nodiscard]] const std::vector<Yaml>& items_of(const Yaml& yaml, const std::string& what);
[[nodiscard]] const std::vector<YamlEntry>& entries_of(const Yaml& yaml, const std::string& what);
/// The words of a list, or of one text that blanks or commas separate: [M, N], "M N", "M,N".
[[nodiscard]] std::vector<Yaml> words_of(const Yaml& yaml, const std::string& what);
/// A whole number from 1 to 2^40. @throws InputError
[[nodiscard]] std::int64_t count_of(const Yaml& yaml, const std::string& what);
/// A number, or arithmetic on numbers: "1024*1024*8", "1 / (8 * 614e9)", "inf".
/// nullopt for anything else.
[[nodiscard]] std::optional<double> number_of(const std::string& text);
/// @throws InputError if it is no such number
[[nodiscard]] double number_of(const Yaml& yaml, const std::string& what);

}  // namespace attnsim::exchange
