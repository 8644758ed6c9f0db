#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <utility>

#include "validation/measured_errors.h"

namespace attnsim::validation {
namespace {

/// What places a row in a group: groups stand in the order of `order`, then of the file.
struct Key {
  double order = 0;
  std::string name;
};
using KeyOf = std::function<Key(const ComparedMeasurement&)>;

Grouping group_by(const MeasuredStudy& study, const RowNumbers& rows, std::string title,
                  const KeyOf& key_of) {
  std::vector<std::pair<double, RowGroup>> groups;
  for (const auto i : rows) {
    auto key = key_of(study.rows[i]);
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& group) { return group.second.name == key.name; });
    if (found == groups.end()) {
      groups.push_back({key.order, {std::move(key.name), {}}});
      found = std::prev(groups.end());
    }
    found->second.rows.push_back(i);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Grouping grouping{std::move(title), {}};
  for (auto& [order, group] : groups) grouping.groups.push_back(std::move(group));
  return grouping;
}

/// 1536 as "1K to 2K", 4096 as "4K": binary orders, of which one number alone is named itself.
std::string length(std::int64_t tokens) {
  constexpr std::int64_t kibi = 1024;
  return tokens % kibi == 0 && tokens >= kibi ? std::to_string(tokens / kibi) + "K"
                                              : std::to_string(tokens);
}

Key by_size(std::int64_t size) {
  const auto floor = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(size)));
  if (floor == size) return {static_cast<double>(size), length(size)};
  return {static_cast<double>(floor) * 1.5, length(floor) + " to " + length(2 * floor)};
}

Key keys_of(const ComparedMeasurement& row) { return by_size(row.measured.rank("M")); }

Key by_phase(const ComparedMeasurement& row) {
  return row.measured.rank("P") == 1 ? Key{1, "one query (decode)"}
                                     : Key{0, "many queries (prefill)"};
}

Key by_mask(const ComparedMeasurement& row) {
  return row.measured.causal ? Key{1, "causal"} : Key{0, "not causal"};
}

Key by_sharing(const ComparedMeasurement& row) {
  const auto heads = row.measured.rank("H");
  const auto shared = row.measured.rank("J");
  if (heads % shared != 0) return {0, "heads that do not divide"};
  const auto sharing = heads / shared;
  return {static_cast<double>(sharing), std::to_string(sharing)};
}

/// Decades of microseconds: launches are most of the shortest.
Key by_time(const ComparedMeasurement& row) {
  const auto decade = std::floor(std::log10(row.measured.median_us));
  const auto name = [](double power) {
    const auto seconds = std::pow(10, power - 6);
    if (power < 3) return std::to_string(std::llround(seconds * 1e6)) + " us";
    if (power < 6) return std::to_string(std::llround(seconds * 1e3)) + " ms";
    return std::to_string(std::llround(seconds)) + " s";
  };
  if (decade < 0) return {-1, "below 1 us"};
  return {decade, name(decade) + " to " + name(decade + 1)};
}

}  // namespace

Grouping by_kernel(const MeasuredStudy& study, const RowNumbers& rows) {
  return group_by(study, rows, "kernel", [](const ComparedMeasurement& row) {
    return Key{0, row.measured.kernel};
  });
}

Grouping by_kernel(const MeasuredStudy& study) { return by_kernel(study, all_rows_of(study)); }

Grouping by_keys(const MeasuredStudy& study) {
  return group_by(study, all_rows_of(study), "keys (M)", keys_of);
}

std::vector<Grouping> by_problem(const MeasuredStudy& study) {
  const std::vector<std::pair<const char*, KeyOf>> keys{
      {"family",
       [](const ComparedMeasurement& row) {
         return Key{0, row.family};
       }},
      {"phase", by_phase},
      {"mask", by_mask},
      {"keys (M)", keys_of},
      {"batch (B)", [](const ComparedMeasurement& row) { return by_size(row.measured.rank("B")); }},
      {"width of a head (E)",
       [](const ComparedMeasurement& row) { return by_size(row.measured.rank("E")); }},
      {"query heads that share keys (H/J)", by_sharing},
      {"measured time", by_time}};
  std::vector<Grouping> groupings;
  for (const auto& [title, key_of] : keys) {
    auto grouping = group_by(study, all_rows_of(study), title, key_of);
    if (grouping.groups.size() > 1) groupings.push_back(std::move(grouping));
  }
  return groupings;
}

}  // namespace attnsim::validation
