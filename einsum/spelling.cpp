#include "einsum/spelling.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <numeric>

namespace attnsim::einsum {

namespace {

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// How far a misspelling may be off: one letter of a one-letter name is already another name.
std::size_t tolerated_distance(const std::string& name) {
  if (name.size() <= 1) return 0;
  return name.size() <= 4 ? 1 : 2;
}

}  // namespace

std::string list_names(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string listed;
  for (const auto& name : names) listed += (listed.empty() ? "" : ", ") + name;
  return listed;
}

std::string suggest(const std::string& name, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  std::size_t best_distance = tolerated_distance(name) + 1;
  for (const auto& candidate : known) {
    const auto distance = edit_distance(lower_case(name), lower_case(candidate));
    if (distance >= best_distance) continue;
    best = &candidate;
    best_distance = distance;
  }
  return best == nullptr ? "" : "; did you mean '" + *best + "'?";
}

std::string unknown_name(const std::string& kind, const std::string& name,
                         const std::vector<std::string>& known) {
  return "unknown " + kind + " '" + name + "' (known: " + list_names(known) + ")" +
         suggest(name, known);
}

}  // namespace attnsim::einsum
