#include "exchange/accelforge_access.h"

#include <algorithm>

#include "base/error.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

[[noreturn]] void fail_text(const Yaml& yaml) {
  throw InputError(yaml.place, "'" + yaml.text + "' is no Einsum: Z[m, n] = A[m, k] * B[k, n]");
}

void read_projection(const Yaml& yaml, const std::string& text, TensorAccess& access) {
  auto list = yaml_scalar(text);
  list.place = yaml.place;
  for (const auto& word : words_of(list, "indices")) {
    const auto split = word.text.find_first_of(":=");
    const auto rank = word.text.substr(0, split);
    const auto index = split == std::string::npos ? rank : word.text.substr(split + 1);
    if (!is_word(rank) || !is_word(index)) fail_text(yaml);
    access.projection.push_back({split == std::string::npos ? upper_case(rank) : rank, index});
  }
}

}  // namespace

bool is_word(const std::string& text) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && (text.front() < '0' || text.front() > '9') &&
         std::all_of(text.begin(), text.end(), is_part);
}

std::string without_blanks(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }),
             text.end());
  return text;
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

TensorAccess read_access(const Yaml& yaml, Losses& losses) {
  YamlFields fields(yaml, "a tensor access");
  TensorAccess access;
  const auto& name = fields.required("name");
  access.name = text_of(name, "'name'");
  access.place = name.place;
  const auto& projection = fields.required("projection");
  if (projection.is_map()) {
    for (const auto& entry : projection.entries) {
      access.projection.push_back({entry.key, text_of(entry.value, "an index")});
    }
  } else {
    for (const auto& word : words_of(projection, "'projection'")) {
      if (!is_word(word.text)) {
        throw InputError(word.place, "a list holds rank variables; write {RANK: " + word.text +
                                         "} for an expression");
      }
      access.projection.push_back({upper_case(word.text), word.text});
    }
  }
  const auto output = fields.optional_text("output", "false");
  access.output = output == "True" || output == "true";
  fields.ignore("persistent");
  for (const char* key :
       {"density", "density_distribution", "bits_per_value", "backing_storage_size_scale"}) {
    fields.lose(key, "of one access: attnsim has it not", losses);
  }
  fields.reject_unread();
  return access;
}

std::vector<TensorAccess> accesses_of(const Yaml& yaml, std::string& name) {
  const auto text = without_blanks(text_of(yaml, "an Einsum"));
  std::vector<TensorAccess> accesses;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('[', at);
    if (open == std::string::npos) break;
    const auto close = text.find(']', open);
    if (close == std::string::npos) fail_text(yaml);
    auto start = open;
    const auto label = start > at && text[start - 1] == ')' ? text.rfind('(', start) : start;
    if (label == std::string::npos || label < at) fail_text(yaml);
    start = label;
    while (start > at && is_word("a" + text.substr(start - 1, 1))) --start;
    TensorAccess access{text.substr(start, label - start), {}, accesses.empty(), yaml.place};
    if (!is_word(access.name)) fail_text(yaml);
    read_projection(yaml, text.substr(open + 1, close - open - 1), access);
    accesses.push_back(access);
    at = close + 1;
  }
  const auto first_end = text.find(']');
  if (accesses.size() < 2 || text.substr(first_end, 2) != "]=") fail_text(yaml);
  name = accesses.front().name;
  return accesses;
}

}  // namespace attnsim::exchange
