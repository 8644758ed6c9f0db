#include "mappings/space.h"

#include <algorithm>

#include "base/error.h"
#include "einsum/dependency_graph.h"
#include "mappings/space_bound.h"
#include "mappings/space_mapping.h"
#include "mappings/space_outlines.h"

namespace attnsim::mappings {
namespace {

constexpr std::size_t most_outlines = 500'000;
constexpr std::size_t few_places = 5;

/// All text-order cuts into groups that leave recurrences whole.
class Cutter {
 public:
  explicit Cutter(const Roles& roles) : open_(roles.einsums.size(), true) {
    if (!open_.empty()) open_.back() = false;
    for (const auto& component : einsum::strong_components(*roles.cascade)) {
      const auto [first, last] = std::minmax_element(component.begin(), component.end());
      for (auto i = *first; i < *last; ++i) open_[i] = false;
    }
  }

  [[nodiscard]] std::size_t places() const {
    return static_cast<std::size_t>(std::count(open_.begin(), open_.end(), true));
  }

  std::vector<Fusion> cut(int cuts) {
    cuts_ = cuts;
    Fusion none(open_.size(), false);
    choose(none, 0, 0);
    if (std::find(found_.begin(), found_.end(), open_) == found_.end()) found_.push_back(open_);
    std::stable_sort(found_.begin(), found_.end(), [](const Fusion& a, const Fusion& b) {
      return std::count(a.begin(), a.end(), true) < std::count(b.begin(), b.end(), true);
    });
    return found_;
  }

 private:
  void choose(Fusion& fusion, std::size_t from, int made) {
    found_.push_back(fusion);
    if (made == cuts_) return;
    for (auto i = from; i < open_.size(); ++i) {
      if (!open_[i]) continue;
      fusion[i] = true;
      choose(fusion, i + 1, made + 1);
      fusion[i] = false;
    }
  }

  Fusion open_;
  int cuts_ = 0;
  std::vector<Fusion> found_;
};

std::vector<Waiting> waitings_of(const Roles& roles) {
  std::vector<Waiting> waitings;
  const auto any = [&](auto has_it) {
    return std::any_of(roles.units.begin(), roles.units.end(), has_it);
  };
  if (any([](const UnitRole& unit) { return unit.handover != nullptr; })) {
    waitings.push_back(Waiting::handover);
    waitings.push_back(Waiting::units);
  }
  if (any([](const UnitRole& unit) { return unit.registers != nullptr; })) {
    waitings.push_back(Waiting::registers);
  }
  waitings.push_back(Waiting::shared);
  return waitings;
}

struct Pipelining {
  Staging staging = Staging::none;
  std::int64_t depth = 0;
};
constexpr Pipelining pipelinings[] = {
    {Staging::units, 0}, {Staging::einsums, 0}, {Staging::units, 2}, {Staging::none, 0}};

/// @return false if there are too many
bool add_all_outlines(MappingSpace& space) {
  space.outlines.clear();
  for (std::size_t i = 0; i < space.fusions.size(); ++i) {
    if (!add_outlines(space, i, most_outlines)) return false;
  }
  return true;
}

/// Ways to move at most `moves` Einsums elsewhere.
std::int64_t count_bindings(const Roles& roles, int moves) {
  std::vector<std::int64_t> ways(static_cast<std::size_t>(moves) + 1, 0);  // by Einsums moved
  ways[0] = 1;
  for (const auto& einsum : roles.einsums) {
    for (auto i = ways.size() - 1; i > 0; --i) {
      ways[i] += ways[i - 1] * static_cast<std::int64_t>(einsum.options.size() - 1);
    }
  }
  std::int64_t all = 0;
  for (const auto each : ways) all += each;
  return all;
}

}  // namespace

std::vector<std::vector<std::size_t>> MappingSpace::bindings(const Outline& outline) const {
  return bindings(OutlineBound(roles, outline, fusions[outline.fusion]));
}

std::vector<std::vector<std::size_t>> MappingSpace::bindings(const OutlineBound& bound) const {
  std::vector<std::size_t> quickest;
  for (std::size_t i = 0; i < roles.einsums.size(); ++i) {
    const auto& options = roles.einsums[i].options;
    std::size_t best = 0;
    for (std::size_t option = 1; option < options.size(); ++option) {
      const auto now = bound.costs()[i][option].estimate;
      const auto least = bound.costs()[i][best].estimate;
      const bool smaller =
          roles.units[options[option].unit].lanes < roles.units[options[best].unit].lanes;
      if (now < least || (now == least && smaller)) best = option;
    }
    quickest.push_back(best);
  }
  std::vector<std::vector<std::size_t>> all{quickest};
  std::size_t from = 0;
  for (auto moved = 1; moved <= limits.moves; ++moved) {
    const auto end = all.size();
    for (; from < end; ++from) {
      const auto base = all[from];
      std::size_t next = 0;  // behind the last that has moved
      for (std::size_t i = 0; i < base.size(); ++i) {
        if (base[i] != quickest[i]) next = i + 1;
      }
      for (; next < base.size(); ++next) {
        for (std::size_t option = 0; option < roles.einsums[next].options.size(); ++option) {
          if (option == quickest[next]) continue;
          all.push_back(base);
          all.back()[next] = option;
        }
      }
    }
  }
  return all;
}

std::vector<Details> MappingSpace::variants(const std::vector<std::size_t>& binding,
                                            Waiting waiting) const {
  std::vector<Details> all{{Prefetch::none, Staging::none, 0, waiting, binding}};
  for (const auto& [staging, depth] : pipelinings) {
    for (const auto prefetch : all_prefetches) {
      if (staging == Staging::none && prefetch == Prefetch::none) continue;
      all.push_back({prefetch, staging, depth, waiting, binding});
    }
  }
  return all;
}

std::vector<Details> MappingSpace::details(const std::vector<std::size_t>& binding) const {
  std::vector<Details> all;
  for (const auto waiting : waitings) {
    const auto some = variants(binding, waiting);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::int64_t MappingSpace::of_outline() const {
  return count_bindings(roles, limits.moves) *
         static_cast<std::int64_t>(std::size(pipelinings) * waitings.size() *
                                   all_prefetches.size());
}

std::int64_t MappingSpace::size() const {
  return of_outline() * static_cast<std::int64_t>(outlines.size());
}

Mapping MappingSpace::mapping(const Outline& outline, const Details& details) const {
  return mapping_of(roles, fusions[outline.fusion], outline, details);
}

MappingSpace space_of(const einsum::Cascade& cascade, const arch::Architecture& architecture,
                      const Shapes& shapes, const SpaceLimits& limits) {
  MappingSpace space{roles_of(cascade, architecture, shapes), limits, {}, {}, {}};
  Cutter cutter(space.roles);
  if (!limits.cuts) space.limits.cuts = cutter.places() <= few_places ? 2 : 1;
  space.fusions = cutter.cut(*space.limits.cuts);
  space.waitings = waitings_of(space.roles);
  for (space.thrift = 0; space.thrift < 4; ++space.thrift) {
    if (add_all_outlines(space)) return space;
  }
  throw InputError(cascade.name, "has more than " + std::to_string(most_outlines) +
                                     " loop nests by these rules: allow fewer cuts");
}

}  // namespace attnsim::mappings
