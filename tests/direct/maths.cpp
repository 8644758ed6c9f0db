#include "direct/maths.h"

namespace attnsim::direct {

double sum_of(Index count, const Score& of) {
  double sum = 0;
  for (Index i = 0; i < count; ++i) sum += of(i);
  return sum;
}

double attend(const Keys& keys, const Score& score, const Score& value) {
  double weighed = 0;
  double total = 0;
  for (const auto key : keys) {
    const double weight = std::exp(score(key));
    weighed += weight * value(key);
    total += weight;
  }
  return weighed / total;
}

Keys those(Index count, const Choice& holds) {
  Keys found;
  for (Index i = 0; i < count; ++i) {
    if (holds(i)) found.push_back(i);
  }
  return found;
}

Keys first(Index count) {
  return those(count, [](Index) { return true; });
}

Keys best_of(Index count, Index extent, const Choice& allowed, const Score& score) {
  Keys found = those(extent, allowed);
  std::stable_sort(found.begin(), found.end(),
                   [&](Index a, Index b) { return score(a) > score(b); });
  found.resize(std::min(found.size(), static_cast<std::size_t>(count)));
  return found;
}

Keys best(Index count, Index extent, const Score& score) {
  return best_of(
      count, extent, [](Index) { return true; }, score);
}

bool holds(const Keys& list, Index value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::vector<double> softmax(Index count, const Choice& allowed, const Score& score) {
  std::vector<double> weights(static_cast<std::size_t>(count), 0);
  double total = 0;
  for (const auto i : those(count, allowed)) {
    weights[static_cast<std::size_t>(i)] = std::exp(score(i));
    total += weights[static_cast<std::size_t>(i)];
  }
  for (auto& weight : weights) weight /= total;
  return weights;
}

}  // namespace attnsim::direct
