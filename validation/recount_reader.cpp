#include "validation/recount_reader.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <sstream>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text_error.h"

namespace attnsim::validation {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

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

RecountKind read_kind(const XmlElement& element) {
  const auto text = [&](const char* attribute) { return element.required<std::string>(attribute); };
  const auto name = element.name();
  if (name == "one_instance") return OneInstance{text("memory")};
  if (name == "scaled") return read_scaled(element);
  if (name == "passed_by") return PassedBy{text("memory"), read_tensors(element)};
  if (name == "drained") return Drained{text("memory"), text("to"), read_tensors(element)};
  if (name == "partial_sums") {
    return PartialSums{text("memory"), text("tensor"), text("made_at")};
  }
  return read_elision(element);
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
  const std::vector<std::string> kinds = {"one_instance", "scaled",       "passed_by",
                                          "drained",      "partial_sums", "wrapped_elision"};
  for (const auto& child : element.children(kinds)) rule.changes.push_back(read_change(child));
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
