#include "einsum/pass_target.h"

#include <algorithm>

#include "base/error.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The parts of a rank; through `M = D D = C * M0`, which make ranks equally long, those of D.
std::vector<std::string> parts_of(const Cascade& cascade, const Rank& rank) {
  if (rank.parts.size() != 1) return rank.parts;
  return parts_of(cascade, *cascade.find_rank(rank.parts.front()));
}

std::string variable_of(const std::string& rank) { return Rank{rank, {}, {}}.variable(); }

}  // namespace

bool PassTarget::contains(const std::string& other) const {
  return other == whole || holds(parts, other);
}

std::size_t PassTarget::depth_of(const std::string& member) const {
  const auto part = std::find(parts.begin(), parts.end(), member);
  return part == parts.end() ? 0 : static_cast<std::size_t>(part - parts.begin());
}

const std::string& PassTarget::name_at(std::size_t at) const {
  if (at == depth) return rank;
  return at == 0 ? whole : parts.at(at);
}

bool PassTarget::traverses(const Bound& bound, std::size_t at) const {
  if (bound.contains(variable_of(whole))) return true;
  if (is_part() && at == depth) return bound.contains(variable_of(rank));
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
    return bound.contains(variable_of(part));
  });
}

bool PassTarget::runs_along(const std::vector<std::string>& ranks) const {
  const bool outer = !parts.empty() && holds(ranks, parts.at(depth));
  return outer || holds(ranks, whole);
}

bool PassTarget::spans_whole(const std::vector<std::string>& ranks) const {
  if (is_part()) return runs_along(ranks);
  const auto has = [&](const std::string& part) { return holds(ranks, part); };
  return holds(ranks, whole) || (!parts.empty() && std::all_of(parts.begin(), parts.end(), has));
}

PassTarget pass_target(const Cascade& cascade, const std::string& rank) {
  const Rank* declared = cascade.find_rank(rank);
  if (declared == nullptr) {
    throw InputError(Place{cascade.file, 0, 0},
                     unknown_name("rank", rank, names_of(cascade.ranks)));
  }
  PassTarget target{rank, rank, parts_of(cascade, *declared), 0};
  for (const auto& whole : cascade.ranks) {
    if (whole.parts.size() == 1 || !holds(whole.parts, rank)) continue;  // equal is not a part
    if (target.is_part()) {
      throw InputError(whole.place, rank + " is a part of both " + target.whole + " and " +
                                        whole.name + ": passes over it are not defined");
    }
    target = {rank, whole.name, whole.parts, 0};
    target.depth = target.depth_of(rank);
  }
  return target;
}

}  // namespace attnsim::einsum
