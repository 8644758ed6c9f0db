#include "validation/recount_reader.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text_error.h"
#include "base/words.h"

namespace attnsim::validation {
namespace {

/// Names with blanks between them, at least one.
std::vector<std::string> read_tensors(const XmlElement& element) {
  auto tensors = words_of(element.required<std::string>("tensors"));
  if (tensors.empty()) element.fail("tensors", R"(names none: write them as e.g. "Q K V")");
  return tensors;
}

std::vector<std::int64_t> read_lengths(const XmlElement& element) {
  std::vector<std::int64_t> lengths;
  for (const auto& word : words_of(element.optional<std::string>("lengths", ""))) {
    try {
      lengths.push_back(workloads::parse_sequence_length(word));
    } catch (const InputError& error) {
      element.fail("lengths", std::string("is no list of lengths: ") + error.what());
    }
  }
  return lengths;
}

bool is_rank(const std::string& word) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return upper(word.front()) &&
         std::all_of(word.begin(), word.end(), [&](char c) { return upper(c) || digit(c); });
}

void multiply_tile(WrappedElision& elision, const std::string& word, const XmlElement& element) {
  std::uint64_t times = 0;
  try {
    times = value_of_text<std::uint64_t>(word);
  } catch (const TextError& error) {
    element.fail("tile", "has the factor \"" + word + "\", which is no rank and " + error.what());
  }
  if (times == 0) element.fail("tile", "is no words at all");
  if (elision.tile > std::numeric_limits<std::uint64_t>::max() / times) {
    element.fail("tile", "is more words than 64 bits count");
  }
  elision.tile *= times;
}

/// "256 * M": numbers and ranks, '*' between them.
WrappedElision read_elision(const XmlElement& element) {
  WrappedElision elision{
      element.required<std::string>("memory"), element.required<std::string>("tensor"), 1, {}};
  const auto words = words_of(element.required<std::string>("tile"));
  if (words.size() % 2 != 1) element.fail("tile", R"(is no product: write it as e.g. "256 * M")");
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i % 2 == 1) {
      if (words[i] != "*") element.fail("tile", "has \"" + words[i] + R"(" instead of "*")");
    } else if (is_rank(words[i])) {
      elision.tile_ranks.push_back(words[i]);
    } else {
      multiply_tile(elision, words[i], element);
    }
  }
  return elision;
}

Scaled read_scaled(const XmlElement& element) {
  Scaled scaled{element.required<std::string>("component"),
                element.optional<std::string>("action", ""),
                {},
                element.required<double>("by")};
  static_cast<void>(element.optional<std::string>("tensors"));  // known, whether given or not
  if (element.has("tensors")) scaled.tensors = read_tensors(element);
  if (scaled.by < 0) element.fail("by", "is below 0");
  return scaled;
}

std::string text(const XmlElement& element, const char* attribute) {
  return element.required<std::string>(attribute);
}

struct KindReader {
  const char* element;
  RecountKind (*read)(const XmlElement&);
};

const std::vector<KindReader> kind_readers{
    {"one_instance",
     [](const XmlElement& each) -> RecountKind { return OneInstance{text(each, "memory")}; }},
    {"scaled", [](const XmlElement& each) -> RecountKind { return read_scaled(each); }},
    {"passed_by",
     [](const XmlElement& each) -> RecountKind {
       return PassedBy{text(each, "memory"), read_tensors(each)};
     }},
    {"drained",
     [](const XmlElement& each) -> RecountKind {
       return Drained{text(each, "memory"), text(each, "to"), read_tensors(each)};
     }},
    {"wrapped_elision", [](const XmlElement& each) -> RecountKind { return read_elision(each); }}};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& kind : kind_readers) names.emplace_back(kind.element);
  return names;
}

RecountKind read_kind(const XmlElement& element) {
  const auto name = element.name();
  const auto kind = std::find_if(kind_readers.begin(), kind_readers.end(),
                                 [&](const KindReader& each) { return name == each.element; });
  return kind->read(element);
}

RecountChange read_change(const XmlElement& element) {
  RecountChange change{read_kind(element), read_lengths(element), element.place()};
  element.reject_unread();
  static_cast<void>(element.children(std::vector<std::string>{}));
  return change;
}

}  // namespace

RecountRule read_recount(const XmlElement& element) {
  RecountRule rule;
  rule.name = element.required<std::string>("rule");
  rule.why = element.required<std::string>("why");
  element.reject_unread();
  for (const auto& child : element.children(kind_names()))
    rule.changes.push_back(read_change(child));
  if (rule.changes.empty()) element.fail("changes nothing");
  return rule;
}

std::map<std::string, RecountRules> load_recounts(const std::string& path) {
  const auto root = XmlElement::load(path, "recounts");
  root.reject_unread();
  std::map<std::string, RecountRules> configurations;
  for (const auto& configuration : root.children({"configuration"})) {
    const auto name = configuration.required<std::string>("name");
    configuration.reject_unread();
    RecountRules rules;
    for (const auto& rule : configuration.children({"recount"})) {
      rules.push_back(read_recount(rule));
    }
    if (!configurations.emplace(name, std::move(rules)).second) {
      configuration.fail("name", "is given twice");
    }
  }
  return configurations;
}

}  // namespace attnsim::validation
