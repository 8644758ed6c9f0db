#include "exchange/yaml_fields.h"

#include <algorithm>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "exchange/arithmetic.h"

namespace attnsim::exchange {
namespace {

constexpr std::int64_t greatest_count = std::int64_t{1} << 40U;

}  // namespace

YamlFields::YamlFields(const Yaml& map, std::string what) : map_(&map), what_(std::move(what)) {
  if (!map.is_map()) throw InputError(map.place, what_ + " must be a map of fields (key: value)");
}

const Yaml* YamlFields::optional(const std::string& key) {
  known_.insert(key);
  const auto* const value = map_->find(key);
  return value == nullptr || value->kind == Yaml::Kind::null ? nullptr : value;
}

const Yaml& YamlFields::required(const std::string& key) {
  const auto* const value = optional(key);
  if (value == nullptr) fail("needs '" + key + "'");
  return *value;
}

std::string YamlFields::required_text(const std::string& key) {
  return text_of(required(key), "'" + key + "'");
}

std::string YamlFields::optional_text(const std::string& key, const std::string& fallback) {
  const auto* const value = optional(key);
  return value == nullptr ? fallback : text_of(*value, "'" + key + "'");
}

void YamlFields::lose(const std::string& key, const std::string& why, Losses& losses) {
  known_.insert(key);
  const auto found = std::find_if(map_->entries.begin(), map_->entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  if (found != map_->entries.end()) losses.push_back({found->place, "'" + key + "': " + why});
}

std::vector<const YamlEntry*> YamlFields::unread() const {
  std::vector<const YamlEntry*> left;
  for (const auto& entry : map_->entries) {
    if (!known_.contains(entry.key)) left.push_back(&entry);
  }
  return left;
}

void YamlFields::reject_unread() const {
  const auto left = unread();
  if (left.empty()) return;
  const std::vector<std::string> known(known_.begin(), known_.end());
  const auto& entry = *left.front();
  throw InputError(entry.place, what_ + " has no field '" + entry.key + "'" +
                                    did_you_mean(entry.key, known) + " (known: " + join(known) +
                                    ")");
}

void YamlFields::fail(const std::string& message) const {
  throw InputError(map_->place, what_ + " " + message);
}

const std::string& text_of(const Yaml& yaml, const std::string& what) {
  if (!yaml.is_scalar()) throw InputError(yaml.place, what + " must be a single word or number");
  return yaml.text;
}

const std::vector<Yaml>& items_of(const Yaml& yaml, const std::string& what) {
  if (!yaml.is_sequence()) throw InputError(yaml.place, what + " must be a list: [a, b]");
  return yaml.items;
}

const std::vector<YamlEntry>& entries_of(const Yaml& yaml, const std::string& what) {
  if (!yaml.is_map()) throw InputError(yaml.place, what + " must be a map of fields (key: value)");
  return yaml.entries;
}

std::vector<Yaml> words_of(const Yaml& yaml, const std::string& what) {
  if (yaml.is_sequence()) {
    for (const auto& item : yaml.items) static_cast<void>(text_of(item, "each of " + what));
    return yaml.items;
  }
  std::vector<Yaml> words;
  const auto& text = text_of(yaml, what);
  for (std::size_t start = 0; start < text.size();) {
    const auto from = text.find_first_not_of(" ,\t\r\n", start);
    if (from == std::string::npos) break;
    start = std::min(text.find_first_of(" ,\t\r\n", from), text.size());
    words.push_back(yaml_scalar(text.substr(from, start - from)));
    words.back().place = yaml.place;
  }
  return words;
}

std::int64_t count_of(const Yaml& yaml, const std::string& what) {
  const auto number = number_of(text_of(yaml, what));
  if (!number || !(*number >= 1) || *number > static_cast<double>(greatest_count) ||
      *number != static_cast<double>(static_cast<std::int64_t>(*number))) {
    throw InputError(yaml.place,
                     what + " must be a whole number of at least 1, not '" + yaml.text + "'");
  }
  return static_cast<std::int64_t>(*number);
}

std::optional<double> number_of(const std::string& text) { return evaluate_arithmetic(text); }

double number_of(const Yaml& yaml, const std::string& what) {
  const auto number = number_of(text_of(yaml, what));
  if (!number) throw InputError(yaml.place, what + " must be a number, not '" + yaml.text + "'");
  return *number;
}

}  // namespace attnsim::exchange
