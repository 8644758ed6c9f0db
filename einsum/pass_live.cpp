#include "einsum/pass_live.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names without(const Names& from, const Names& taken) {
  Names left;
  std::copy_if(from.begin(), from.end(), std::back_inserter(left),
               [&](const std::string& name) { return !holds(taken, name); });
  return left;
}

bool is_outer_equal(const std::vector<int>& a, const std::vector<int>& b) {
  return std::equal(a.begin(), a.end() - 1, b.begin());
}

/// The use comes after a barrier behind which the tensor was made. Within one traversal, what is
/// made element by element is used element by element, whatever barriers of summaries stand before.
bool is_across_barrier(const PassStep& made, const PassUse& use) {
  const bool same_traversal = made.time.half == use.time.half && use.time.half.back() % 2 == 0;
  return !use.point && !same_traversal && is_outer_equal(made.time.level, use.time.level) &&
         use.time.level.back() > made.time.level.back();
}

class Finder {
 public:
  Finder(const Cascade& cascade, const PassAnalysis& analysis)
      : cascade_(cascade), analysis_(analysis), target_(analysis.target) {}

  LiveSet run() {
    std::vector<const PassStep*> live;
    for (const auto& step : analysis_.steps) {
      if (target_.runs_along(ranks_of(step.einsum)) && last_use(step) != nullptr) {
        live.push_back(&step);
      }
    }
    find_per(live);
    for (const auto* step : live) add(*step);
    for (const auto& [barrier, words] : whole_) result_.footprint.add(words);
    result_.footprint = result_.footprint.plus(summaries_);
    find_state();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const Names& ranks_of(const std::string& tensor) const {
    return cascade_.find_tensor(tensor)->ranks;
  }

  [[nodiscard]] const PassUse* last_use(const PassStep& step) const {
    const PassUse* last = nullptr;
    for (const auto& use : analysis_.uses) {
      if (use.tensor != step.einsum || !is_across_barrier(step, use)) continue;
      if (last == nullptr || use.time.level > last->time.level) last = &use;
    }
    return last;
  }

  /// Accumulated along the target: reduced over it, or recurring along it.
  [[nodiscard]] bool is_accumulated(const PassStep& step) const {
    const Tensor& tensor = *cascade_.find_tensor(step.einsum);
    if (!tensor.generative_rank.empty()) return target_.contains(tensor.generative_rank);
    return !step.reduces.empty() && !target_.runs_along(tensor.ranks);
  }

  void find_per(const std::vector<const PassStep*>& live) {
    Names shared;
    bool first = true;
    const auto share = [&](const PassStep& step) {
      const auto& ranks = ranks_of(step.einsum);
      for (const auto& rank : ranks) {
        if (first && !target_.contains(rank)) shared.push_back(rank);
      }
      std::erase_if(shared, [&](const std::string& rank) { return !holds(ranks, rank); });
      first = false;
    };
    for (const auto* step : live) share(*step);
    for (const auto& step : analysis_.steps) {
      if (is_accumulated(step)) share(step);
    }
    const bool none = first;  // nothing is kept or accumulated at all
    for (const auto& step : analysis_.steps) {
      if (none && !step.traversals.empty()) share(step);
    }
    result_.per = std::move(shared);
  }

  /// Of one coordinate of `per`, and inside a part of one chunk of what is outside of it.
  [[nodiscard]] Words words_of(const Names& ranks) const {
    auto factors = without(ranks, result_.per);
    const auto& parts = target_.parts;
    const auto outside = parts.begin() + static_cast<std::ptrdiff_t>(target_.depth);
    if (target_.depth > 0) return Words::product(without(factors, {parts.begin(), outside}));
    const auto has = [&](const std::string& part) { return holds(factors, part); };
    if (!parts.empty() && std::all_of(parts.begin(), parts.end(), has)) {
      factors = without(factors, parts);
      factors.push_back(target_.whole);
    }
    return Words::product(std::move(factors));
  }

  void add(const PassStep& step) {
    const PassUse& last = *last_use(step);
    const auto& ranks = ranks_of(step.einsum);
    const auto words = words_of(ranks);
    const bool whole = target_.spans_whole(ranks);
    result_.tensors.push_back({step.einsum, words, whole, step.time.half, last.time.half});
    result_.without_reuse += words;
    if (!whole) {
      summaries_ += words;
      return;
    }
    auto barrier = step.time.level;
    for (; barrier.back() < last.time.level.back(); ++barrier.back()) whole_[barrier] += words;
  }

  void find_state() {
    const auto add_state = [&](const std::string& name) {
      const Tensor& tensor = *cascade_.find_tensor(name);
      auto ranks = tensor.ranks;
      if (target_.contains(tensor.generative_rank)) std::erase(ranks, tensor.generative_rank);
      const bool grows = target_.runs_along(ranks);
      if (grows || holds(result_.state_tensors, name)) return;
      result_.state_tensors.push_back(name);
      result_.state += words_of(ranks);
    };
    for (const auto& use : analysis_.uses) {
      if (use.along) add_state(use.tensor);
    }
    for (const auto& step : analysis_.steps) {
      if (is_accumulated(step)) add_state(step.einsum);
    }
  }

  const Cascade& cascade_;
  const PassAnalysis& analysis_;
  const PassTarget& target_;
  LiveSet result_;
  std::map<std::vector<int>, Words> whole_;  ///< of whole fibers, by the barrier that they cross
  Words summaries_;
};

/// The traversals, or the gaps between them, in which the tensor is read.
std::set<std::vector<int>> times_of_use(const PassAnalysis& analysis, const std::string& tensor) {
  std::set<std::vector<int>> times;
  for (const auto& use : analysis.uses) {
    if (use.tensor == tensor && use.along && !use.point) times.insert(use.time.half);
  }
  return times;
}

}  // namespace

LiveSet live_set(const Cascade& cascade, const PassAnalysis& analysis) {
  return Finder(cascade, analysis).run();
}

ExtraTraffic extra_traffic(const Cascade& cascade, const PassAnalysis& analysis,
                           const LiveSet& live) {
  ExtraTraffic extra;
  for (const auto& tensor : live.tensors) {
    auto times = times_of_use(analysis, tensor.name);
    times.erase(tensor.made);  // still in hand
    const auto words = Words::product(cascade.find_tensor(tensor.name)->ranks);
    const auto moves = 1 + static_cast<std::int64_t>(times.size());
    extra.spills.push_back({tensor.name, moves});
    extra.spilled += words.times(moves);
  }
  for (const auto& input : cascade.inputs) {
    const auto& ranks = cascade.find_tensor(input.tensor)->ranks;
    const auto times = times_of_use(analysis, input.tensor);
    if (!analysis.target.runs_along(ranks) || times.size() < 2) continue;
    extra.inputs.push_back(input.tensor);
    extra.read_again += Words::product(ranks).times(static_cast<std::int64_t>(times.size()) - 1);
  }
  return extra;
}

}  // namespace attnsim::einsum
