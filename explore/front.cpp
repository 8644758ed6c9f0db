#include "explore/front.h"

#include <algorithm>
#include <limits>

#include "base/did_you_mean.h"
#include "base/error.h"

namespace attnsim::explore {
namespace {

constexpr std::array objectives_there_are{Objective::cycles, Objective::energy, Objective::buffer};

double at(const Costs& costs, Objective objective) {
  return costs[static_cast<std::size_t>(objective)];
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (const auto c : text) {
    if (c == ',') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

const char* name_of(Objective objective) {
  switch (objective) {
    case Objective::cycles:
      return "cycles";
    case Objective::energy:
      return "energy";
    case Objective::buffer:
      return "buffer";
  }
  return "";
}

Objectives parse_objectives(const std::string& text) {
  const auto words = words_of(text);
  std::vector<std::string> known;
  Objectives objectives;
  for (const auto objective : objectives_there_are) {
    known.emplace_back(name_of(objective));
    if (std::find(words.begin(), words.end(), known.back()) != words.end()) {
      objectives.push_back(objective);
    }
  }
  for (const auto& word : words) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    throw InputError("--objective " + text, "'" + word + "' is no objective" +
                                                did_you_mean(word, known) +
                                                " (known: " + join(known) + ")");
  }
  return objectives;
}

double factor_to(const Costs& better, const Costs& costs, const Objectives& objectives) {
  double factor = 0;
  for (const auto objective : objectives) {
    const auto is = at(better, objective);
    const auto least = at(costs, objective);
    if (least > 0) {
      factor = std::max(factor, is / least);
    } else if (is > 0) {
      return std::numeric_limits<double>::infinity();
    }
  }
  return factor;
}

double Front::factor_to(const Costs& costs) const {
  auto factor = std::numeric_limits<double>::infinity();
  for (const auto& member : members_) {
    factor = std::min(factor, explore::factor_to(member.costs, costs, objectives_));
  }
  return factor;
}

bool Front::add(const Costs& costs, std::size_t point) {
  const auto no_worse = [&](const Costs& a, const Costs& b) {
    return std::all_of(objectives_.begin(), objectives_.end(),
                       [&](Objective objective) { return at(a, objective) <= at(b, objective); });
  };
  for (const auto& member : members_) {
    if (no_worse(member.costs, costs)) return false;
  }
  members_.erase(
      std::remove_if(members_.begin(), members_.end(),
                     [&](const Member& member) { return no_worse(costs, member.costs); }),
      members_.end());
  members_.push_back({costs, point});
  return true;
}

}  // namespace attnsim::explore
