// SpAtten: tokens, heads and values that are pruned from layer to layer.
#include <map>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// The `count` elements of `all` with the largest values, in ascending order.
Keys prune(const Keys& all, double count, const std::map<Index, double>& value) {
  Keys kept;
  for (const auto i : best(static_cast<Index>(count), static_cast<Index>(all.size()),
                           [&](auto n) { return value.at(all[static_cast<std::size_t>(n)]); })) {
    kept.push_back(all[static_cast<std::size_t>(i)]);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

/// One row of a layer of SpAtten: the probability of each token that is left.
std::map<Index, double> spatten_row(const Task& task, const Keys& tokens, Index l, Index b, Index h,
                                    Index p) {
  std::map<Index, double> row;
  for (const bool low_bits : {false, true}) {
    double total = 0;
    for (const auto m : tokens) {
      const auto score = sum_of(task["E"], [&](auto e) {
        const auto low = low_bits ? task.in("KL")(l, b, h, e, m) : 0;
        return task.in("Q")(l, b, h, e, p) * (task.in("KH")(l, b, h, e, m) + low);
      });
      total += row[m] = std::exp(score);
    }
    double largest = 0;
    for (auto& [m, probability] : row) largest = std::max(largest, probability /= total);
    if (largest >= task.in("SURE").at({})) break;
  }
  return row;
}

/// All layers of SpAtten, one batch after the other: AV by its coordinates.
std::map<Keys, double> all_layers(const Task& task) {
  std::map<Keys, double> outputs;
  for (Index b = 0; b < task["B"]; ++b) {
    auto tokens = first(task["M"]);
    auto heads = first(task["H"]);
    std::map<Index, double> importance;
    std::map<Index, double> magnitude;
    for (Index l = 0; l < task["L"]; ++l) {
      for (const auto h : heads) {
        for (Index p = 0; p < task["P"]; ++p) {
          const auto row = spatten_row(task, tokens, l, b, h, p);
          for (const auto& [m, probability] : row) importance[m] += probability;
          const auto values = prune(tokens, static_cast<double>(task["U"]), row);
          for (Index f = 0; f < task["F"]; ++f) {
            auto& output = outputs[{b, l, h, f, p}];
            for (const auto m : values) output += row.at(m) * task.in("V")(l, b, h, f, m);
            magnitude[h] += std::abs(output);
          }
        }
      }
      tokens = prune(tokens, task.in("TOKENS")(l), importance);
      heads = prune(heads, task.in("HEADS")(l), magnitude);
    }
  }
  return outputs;
}

/// Prunes tokens and heads for good and values by row.
void spatten(Task& task) {
  const auto outputs = all_layers(task);
  task.define("AV", [&](At at) {
    const auto found = outputs.find(at);
    return found == outputs.end() ? 0 : found->second;
  });
}

}  // namespace

Definitions spatten() {
  return {// Counts above what is left keep all of that.
          {"spatten",
           table({"B", "H", "E", "F", "P", "M", "L", "U"}, {{2, 2, 4, 4, 3, 8, 3, 2},
                                                            {1, 5, 5, 3, 7, 11, 4, 2},
                                                            {1, 2, 1, 2, 17, 1, 2, 2},
                                                            {4, 6, 3, 2, 2, 9, 6, 4}}),
           {{"TOKENS", whole(1, 9)}, {"HEADS", whole(1, 6)}, {"SURE", one_of({0, 0.2, 0.25, 1})}},
           spatten}};
}

}  // namespace attnsim::direct
