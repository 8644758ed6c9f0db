#include "sim/flatten_regions.h"

#include <algorithm>

namespace attnsim::sim {
namespace {

using Kind = mappings::Edge::Kind;

template <class T>
std::uint32_t size32(const std::vector<T>& table) {
  return static_cast<std::uint32_t>(table.size());
}

}  // namespace

std::uint32_t RegionFlattener::add(const std::vector<FlatTerm>& terms, std::int64_t limit) {
  std::map<std::uint32_t, std::int64_t> factors;  // of inner loops last: they have higher slots
  for (const auto& term : terms) factors[term.slot] += term.factor;
  std::erase_if(factors, [](const auto& each) { return each.second == 0; });

  const auto [known, is_new] =
      known_.try_emplace({Sum(factors.begin(), factors.end()), limit}, size32(program_.regions));
  if (!is_new) return known->second;
  const auto first = size32(program_.terms);
  for (const auto& [slot, factor] : factors) program_.terms.push_back({slot, factor});
  program_.regions.push_back({{first, size32(program_.terms)}, limit, {0}});
  return known->second;
}

std::int64_t RegionFlattener::factor_of(std::uint32_t region, std::uint32_t slot) const {
  const auto& terms = program_.regions[region].terms;
  for (auto i = terms.first; i != terms.last; ++i)
    if (program_.terms[i].slot == slot) return program_.terms[i].factor;
  return 0;
}

Range RegionFlattener::add_rims(Range where, std::uint32_t slot, Kind kind) {
  const bool forward = kind == Kind::last || kind == Kind::not_last;
  const auto first = size32(program_.rims);
  for (auto i = where.first; i != where.last; ++i) {
    const auto region = program_.where[i];
    const auto threshold = forward ? factor_of(region, slot) : -factor_of(region, slot);
    if (threshold <= 0) continue;  // that way the slack does not shrink
    program_.rims.push_back({region, threshold});
    auto& thresholds = program_.regions[region].thresholds;
    const auto at = std::lower_bound(thresholds.begin(), thresholds.end(), threshold);
    if (at == thresholds.end() || *at != threshold) thresholds.insert(at, threshold);
  }
  return {first, size32(program_.rims)};
}

void RegionFlattener::finish() {
  std::vector<std::vector<FlatPull>> pulls(program_.loops.size());
  for (std::uint32_t number = 0; number < program_.regions.size(); ++number) {
    const auto& terms = program_.regions[number].terms;
    FlatPull pull{number};
    for (auto i = terms.last; i != terms.first;) {
      const auto& [slot, factor] = program_.terms[--i];
      pull.factor = factor;
      pulls[slot].push_back(pull);
      const auto& loop = program_.loops[slot];
      const auto reach = -factor * (std::max(loop.trip, loop.tail_trip) - 1);
      (reach < 0 ? pull.lowest : pull.highest) += reach;
    }
  }
  for (std::size_t slot = 0; slot < pulls.size(); ++slot) {
    const auto first = size32(program_.pulls);
    program_.pulls.insert(program_.pulls.end(), pulls[slot].begin(), pulls[slot].end());
    program_.loops[slot].pulls = {first, size32(program_.pulls)};
  }
}

}  // namespace attnsim::sim
