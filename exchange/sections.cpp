#include "exchange/sections.h"

#include <algorithm>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "exchange/template.h"

namespace attnsim::exchange {

Sections::Sections(const std::vector<SourceFile>& files, Losses& losses) {
  if (!files.empty()) place_ = {files.front().file, 1, 1};
  for (const auto& file : files) {
    const auto document = parse_yaml(fill_defaults(file.text, file.file, losses), file.file);
    if (!document.is_map()) {
      throw InputError(document.place, "must be a map of sections, such as 'architecture:'");
    }
    for (const auto& entry : document.entries) {
      const auto [earlier, is_new] = sections_.emplace(entry.key, entry);
      if (is_new) continue;
      throw InputError(entry.place, "the section '" + entry.key + "' stands here again, after " +
                                        to_string(earlier->second.place));
    }
  }
}

const Yaml* Sections::find(const std::string& name) {
  known_.push_back(name);
  const auto found = sections_.find(name);
  if (found == sections_.end() || found->second.value.kind == Yaml::Kind::null) return nullptr;
  return &found->second.value;
}

void Sections::lose(const std::string& name, const std::string& why, Losses& losses) {
  const auto* const section = find(name);
  if (section != nullptr) losses.push_back({sections_.at(name).place, "'" + name + "': " + why});
}

void Sections::reject_unread() const {
  for (const auto& [name, entry] : sections_) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    throw InputError(entry.place, "unknown section '" + name + "'" + did_you_mean(name, known_) +
                                      " (known: " + join(known_) + ")");
  }
}

std::string stem_of(const std::string& file) {
  const auto slash = file.find_last_of('/');
  auto name = slash == std::string::npos ? file : file.substr(slash + 1);
  name = name.substr(0, name.find('.'));
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::replace_if(
      name.begin(), name.end(), [&](char c) { return !is_part(c); }, '_');
  const bool starts_well = !name.empty() && (name.front() < '0' || name.front() > '9');
  return (starts_well ? name : "x" + name).substr(0, 64);
}

}  // namespace attnsim::exchange
