// Attention whose machine leaves out small weights.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Leaves out small weights from the values only.
void mnnfast(Task& task) {
  task.define("AV", [&](At at) {
    double total = 0;
    double sum = 0;
    for (Index m = 0; m < task["M"]; ++m) {
      const auto weight = std::exp(score_of(task, at, m));
      total += weight;
      if (weight >= task.in("SKIP")()) sum += weight * task.in("V")(at[0], at[1], at[2], m);
    }
    return sum / total;
  });
}

/// A3's candidates of a query: walks each column of keys from its largest and its smallest product.
Keys a3_candidates(const Task& task, At at) {
  const auto product = [&](auto e, auto m) {
    return task.in("Q")(at[0], at[1], e, at[3]) * task.in("K")(at[0], at[1], e, m);
  };
  std::vector<double> greedy(static_cast<std::size_t>(task["M"]), 0);
  for (const double sign : {1.0, -1.0}) {
    std::vector<Keys> columns;
    for (Index e = 0; e < task["E"]; ++e) {
      columns.push_back(best(task["M"], task["M"], [&](auto m) { return sign * product(e, m); }));
    }
    std::vector<std::size_t> next(columns.size(), 0);
    for (Index t = 0; t < task["T"]; ++t) {
      double largest = 0;
      std::size_t column = columns.size();
      for (std::size_t e = 0; e < columns.size(); ++e) {
        if (next[e] == columns[e].size()) continue;
        const auto value = sign * product(static_cast<Index>(e), columns[e][next[e]]);
        if (value > largest) {
          largest = value;
          column = e;
        }
      }
      if (column == columns.size()) break;
      greedy[static_cast<std::size_t>(columns[column][next[column]++])] += sign * largest;
    }
  }
  const auto top =
      best(1, task["M"], [&](auto m) { return greedy[static_cast<std::size_t>(m)]; }).front();
  return those(task["M"],
               [&](auto m) { return m == top || greedy[static_cast<std::size_t>(m)] > 0; });
}

/// Attends to the candidates near the best.
void a3(Task& task) {
  task.define("AV", [&](At at) {
    const auto candidates = a3_candidates(task, at);
    const auto score = [&](auto m) { return score_of(task, at, m); };
    double largest = score(candidates.front());
    for (const auto m : candidates) largest = std::max(largest, score(m));
    Keys kept;
    for (const auto m : candidates) {
      if (score(m) >= largest - task.in("MARGIN")()) kept.push_back(m);
    }
    return attention_to(task, at, kept);
  });
}

}  // namespace

Definitions pruning() {
  return {{"mnnfast",
           table({"B", "H", "E", "F", "P", "C", "M0"},
                 {{2, 2, 3, 5, 3, 4, 2}, {2, 2, 3, 5, 3, 3, 5}, {2, 2, 3, 5, 3, 1, 7}}),
           {{"SKIP", one_of({0, 0.9, 100})}},
           mnnfast},
          {"a3",
           table({"B", "H", "E", "F", "P", "M", "T"}, {{2, 2, 4, 4, 3, 8, 6},
                                                       {1, 5, 5, 3, 7, 11, 6},
                                                       {1, 2, 1, 2, 17, 1, 6},
                                                       {1, 5, 5, 3, 7, 11, 1}}),
           {{"MARGIN", one_of({0, 0.8, 9})}},
           a3}};
}

}  // namespace attnsim::direct
