#include "einsum/derive.h"

#include <algorithm>
#include <cctype>
#include <climits>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "einsum/checker.h"
#include "einsum/derive_check.h"
#include "einsum/derive_inherent.h"
#include "einsum/expression_ops.h"
#include "einsum/printer.h"
#include "einsum/rewrite_rules.h"
#include "einsum/rewrite_running.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

/// Cascades that the search looks at, at most. The rules hardly get into each other's way: the
/// first path is nearly always the best, and the others show that nothing else helps.
constexpr std::size_t most_states = 40;

using Path = std::vector<DerivationStep>;

class Search {
 public:
  Search(const Cascade& original, const std::string& rank, const Shapes& given)
      : original_(original),
        rank_(rank),
        check_(original, rank, given),
        fewest_(passes(original, rank)) {
    explore(original);
  }

  Path best() { return std::move(best_); }
  std::vector<DerivationObstacle> obstacles() { return std::move(obstacles_); }
  [[nodiscard]] int fewest() const { return fewest_; }
  [[nodiscard]] const std::set<std::string>& positive() const { return best_positive_; }

 private:
  [[nodiscard]] bool is_done() const { return fewest_ <= 1 || seen_.size() >= most_states; }

  void explore(const Cascade& cascade) {
    if (is_done() || !seen_.insert(to_text(cascade)).second) return;
    const Situation situation = situation_of(cascade, rank_);
    std::vector<DerivationObstacle> obstacles;
    bool moved = false;
    for (const auto& rule : rewrite_rules()) {
      for (std::size_t i = 0; i < cascade.einsums.size() && !is_done(); ++i) {
        moved = try_rule(situation, rule, i, obstacles) || moved;
      }
    }
    const int left = passes(cascade, rank_);
    if (moved || left >= fewest_explained_) return;
    fewest_explained_ = left;
    add_inherent(situation, obstacles);
    obstacles_ = std::move(obstacles);
  }

  /// Applies a rule where it can be and goes on from there. Whether it could.
  bool try_rule(const Situation& situation, const Rule& rule, std::size_t index,
                std::vector<DerivationObstacle>& obstacles) {
    const std::string& einsum = situation.at(index).name();
    Outcome outcome = rule.apply(situation, index);
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
      obstacles.push_back(obstacle(refusal->einsum, rule.name, refusal->reason));
    }
    auto* rewrite = std::get_if<Rewrite>(&outcome);
    if (rewrite == nullptr) return false;
    const auto positive = positive_;
    positive_.insert(rewrite->positive.begin(), rewrite->positive.end());
    auto step = step_of(situation, {rule.name, einsum}, *rewrite, obstacles);
    if (step) {
      const auto origin = origin_;
      for (const auto& made : step->cascade.einsums) {
        const bool is_new = situation.cascade.find_einsum(made.name()) == nullptr;
        if (is_new) origin_[made.name()] = einsum;
      }
      path_.push_back(*step);
      note_best();
      explore(step->cascade);
      path_.pop_back();
      origin_ = origin;
    }
    positive_ = positive;
    return step.has_value();
  }

  /// The rewritten cascade, if it is a cascade, needs no more passes, and computes the same.
  std::optional<DerivationStep> step_of(const Situation& situation,
                                        std::pair<std::string, std::string> what,
                                        const Rewrite& rewrite,
                                        std::vector<DerivationObstacle>& obstacles) {
    DerivationStep step{what.first, what.second, rewrite.condition, {}, {}, 0,
                        0,          0,           rewrite.cascade};
    std::string fault;
    try {
      step.removed = remove_dead(step.cascade);
      step.cascade = check(std::move(step.cascade));
      step.passes_before = passes(situation.cascade, rank_);
      step.passes_after = passes(step.cascade, rank_);
      if (step.passes_after > step.passes_before) return std::nullopt;
      const auto agreement = check_(step.cascade, positive_);
      step.max_error = agreement.max_error;
      fault = agreement.fault;
    } catch (const InputError& error) {
      fault = message_of(error);
    }
    if (!fault.empty()) {
      obstacles.push_back(obstacle(what.second, what.first, fault));
      return std::nullopt;
    }
    for (const auto& name : rewrite.touched) {
      if (step.cascade.find_einsum(name) != nullptr) step.touched.push_back(name);
    }
    return step;
  }

  void note_best() {
    if (path_.back().passes_after >= fewest_) return;
    fewest_ = path_.back().passes_after;
    best_ = path_;
    best_positive_ = positive_;
  }

  /// What no rewrite can do: selections, and outputs along the rank that need something of a whole
  /// fiber.
  void add_inherent(const Situation& situation, std::vector<DerivationObstacle>& obstacles) const {
    std::vector<DerivationObstacle> waits;
    for (std::size_t i = 0; i < situation.cascade.einsums.size(); ++i) {
      const Einsum& einsum = situation.at(i);
      auto reason = inherent_wait(situation.axis, einsum);
      if (!reason || !delays_another(situation, i)) continue;
      waits.push_back(obstacle(einsum.name(), "", *std::move(reason)));
    }
    obstacles.insert(obstacles.begin(), waits.begin(), waits.end());
    for (std::size_t i = 0; i < situation.cascade.einsums.size(); ++i) {
      const Einsum& einsum = situation.at(i);
      const auto* tensor = situation.cascade.find_tensor(einsum.name());
      const bool along =
          std::find(tensor->ranks.begin(), tensor->ranks.end(), rank_) != tensor->ranks.end();
      if (!along || situation.levels.of[i] == 0 || tensor->kind != Tensor::Kind::output) continue;
      for (const auto& access : reads(einsum)) {
        if (situation.level(access) == 0) continue;
        obstacles.push_back(obstacle(einsum.name(), "",
                                     "it is an output along " + rank_ + " and needs " +
                                         to_text(access) +
                                         ", which is complete only after a pass over " + rank_));
        break;
      }
    }
    if (obstacles.empty()) add_unmatched(situation, obstacles);
  }

  /// Where no rule had anything to say.
  void add_unmatched(const Situation& situation, std::vector<DerivationObstacle>& obstacles) const {
    for (std::size_t i = 0; i < situation.cascade.einsums.size(); ++i) {
      const Einsum& einsum = situation.at(i);
      if (situation.levels.of[i] == 0 || !iterates_over(einsum, situation.axis)) continue;
      const auto variables = iteration_variables(einsum);
      const auto& axis = situation.axis;
      const bool beside = axis.is_split() && std::find(variables.begin(), variables.end(),
                                                       axis.whole) != variables.end();
      obstacles.push_back(
          obstacle(einsum.name(), "",
                   beside ? "it runs along " + axis.whole + " as a whole, and " + rank_ +
                                " has parts already: only what runs along these is rewritten"
                          : "no rule applies to " + to_text(einsum)));
    }
    if (!obstacles.empty()) return;
    const auto analysis = passes_apart(situation.cascade, rank_);
    if (analysis.most() < 2 || analysis.proof.empty()) return;
    const auto& last = analysis.step(analysis.proof.back());
    obstacles.push_back(obstacle(last.einsum, "",
                                 "it waits for " + last.needs + " over all of " + rank_ +
                                     ", and no rule applies to either"));
  }

  /// Names the Einsum of the original that this one was made from, and says what names stand for.
  [[nodiscard]] DerivationObstacle obstacle(const std::string& einsum, const std::string& rule,
                                            std::string reason) const {
    const auto origin_of = [&](std::string name) {
      for (auto found = origin_.find(name); found != origin_.end(); found = origin_.find(name)) {
        name = found->second;
      }
      return name;
    };
    for (const auto& [name, from] : origin_) {
      if (reason.find(name + "[") == std::string::npos) continue;
      reason += "; " + name + " is from " + origin_of(name);
    }
    const std::string origin = origin_of(einsum);
    if (origin != einsum) reason = "of its part " + einsum + ", " + reason;
    const Einsum* written = original_.find_einsum(origin);
    return {origin, written == nullptr ? Place{} : written->place, rule, std::move(reason)};
  }

  const Cascade& original_;
  std::string rank_;
  AgreementCheck check_;
  int fewest_;
  Path path_;
  Path best_;
  std::set<std::string> seen_;
  std::map<std::string, std::string> origin_;  ///< of what steps made: the Einsum they were at
  std::set<std::string> positive_;
  std::set<std::string> best_positive_;
  std::vector<DerivationObstacle> obstacles_;
  int fewest_explained_ = INT_MAX;  ///< passes of the cascade that the obstacles are of
};

/// attention_3pass becomes attention_1pass; a name that does not say how many passes gets it.
std::string derived_name(const std::string& name, int after) {
  const auto at = name.find("pass");
  const std::string number = std::to_string(after);
  const bool says = at != std::string::npos && at > 0 &&
                    std::isdigit(static_cast<unsigned char>(name[at - 1])) != 0;
  if (!says || std::string(1, name[at - 1]) == number) return name + "_" + number + "pass";
  return std::string(name).replace(at - 1, 1, number);
}

Cascade named_result(const Cascade& original, const Derivation& derivation) {
  Cascade result = derivation.steps.back().cascade;
  result.name = derived_name(original.name, derivation.passes_after);
  result.header = {"Derived from " + original.name + ": " +
                   std::to_string(derivation.passes_after) + " instead of " +
                   std::to_string(derivation.passes_before) + " passes over " + derivation.rank +
                   "."};
  for (const auto& step : derivation.steps) {
    result.header.push_back("  " + step.rule + " " + step.einsum);
  }
  for (const auto& input : derivation.positive) {
    result.header.push_back("Assumes " + input + " > 0.");
  }
  return result;
}

}  // namespace

Derivation derive(const Cascade& cascade, const std::string& rank, const Shapes& given) {
  Derivation derivation;
  derivation.rank = axis_of(cascade, rank).rank;
  derivation.passes_before = passes(cascade, rank);
  Search search(cascade, rank, given);
  derivation.passes_after = search.fewest();
  derivation.positive = search.positive();
  derivation.steps = search.best();
  if (derivation.passes_after > 1) derivation.obstacles = search.obstacles();
  derivation.result = derivation.steps.empty() ? cascade : named_result(cascade, derivation);
  return derivation;
}

std::string rank_of_most_passes(const Cascade& cascade) {
  std::set<std::string> parts;
  for (const auto& rank : cascade.ranks) {
    if (rank.parts.size() > 1) parts.insert(rank.parts.begin(), rank.parts.end());
  }
  std::string best;
  int most = -1;
  for (const auto& rank : cascade.ranks) {
    if (parts.contains(rank.name)) continue;
    const int count = passes(cascade, rank.name);
    if (count > most) best = rank.name;
    most = std::max(most, count);
  }
  return best;
}

}  // namespace attnsim::einsum
