// Attention to verticals, slashes and stripes of keys that a part of the queries chooses.
#include <utility>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// The last W queries, or all if there are fewer.
Index observers(const Task& task) { return std::min(task["W"], task["P"]); }

/// How much of the attention of these queries each key (column) and each distance gets.
std::pair<std::vector<double>, std::vector<double>> lines(const Task& task, At at) {
  const auto keys = static_cast<std::size_t>(task["M"]);
  std::vector<double> columns(keys, 0);
  std::vector<double> slashes(keys, 0);
  for (Index p = task["P"] - observers(task); p < task["P"]; ++p) {
    const auto share = softmax(
        task["M"], [&](auto i) { return i <= p; },
        [&](auto i) {
          return score_of(task, {at[0], at[1], 0, p}, i);
        });
    for (Index i = 0; i <= p; ++i) {
      columns[static_cast<std::size_t>(i)] += share[static_cast<std::size_t>(i)];
      slashes[static_cast<std::size_t>(p - i)] += share[static_cast<std::size_t>(i)];
    }
  }
  return {columns, slashes};
}

/// Sees the best verticals and slashes.
void minference_vertical_slash(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const auto [columns, slashes] = lines(task, at);
    const auto kept = best(task["N"], task["M"], [&, &all = columns](auto i) {
      return all[static_cast<std::size_t>(i)];
    });
    const auto near = best_of(
        task["R"], task["M"], [](auto d) { return d > 0; },
        [&, &all = slashes](auto d) { return all[static_cast<std::size_t>(d)]; });
    return m <= at[3] && (m == at[3] || holds(kept, m) || holds(near, at[3] - m));
  });
}

/// The fewest coordinates, best first, whose mass reaches `enough`.
Keys fewest(const std::vector<double>& mass, double enough) {
  const auto order = best(static_cast<Index>(mass.size()), static_cast<Index>(mass.size()),
                          [&](auto i) { return mass[static_cast<std::size_t>(i)]; });
  Keys taken;
  double sum = 0;
  for (const auto i : order) {
    if (sum >= enough) break;
    taken.push_back(i);
    sum += mass[static_cast<std::size_t>(i)];
  }
  return taken;
}

/// The distance between the pooled and the true attention of the last W queries to the blocks.
double divergence(const Task& task, At at) {
  const auto pooled = softmax(
      task["C"], [](auto) { return true; },
      [&](auto c) {
        return sum_of(task["E"], [&](auto e) {
          const double query = sum_of(observers(task), [&](auto w) {
            return task.in("Q")(at[0], at[1], e, task["P"] - 1 - w);
          });
          return query / real(observers(task)) * block_mean(task, "K", at, e, c, task["M0"]);
        });
      });
  const auto columns = lines(task, at).first;
  return std::sqrt(sum_of(task["C"], [&](auto c) {
    const double a = pooled[static_cast<std::size_t>(c)];
    const double b =
        sum_of(task["M0"],
               [&](auto i) { return columns[static_cast<std::size_t>(c * task["M0"] + i)]; }) /
        real(observers(task));
    return a / 2 * std::log(2 * a / (a + b)) + b / 2 * std::log(2 * b / (a + b));
  }));
}

/// Blocks where pooling is near the truth, else verticals and slashes: takes the fewest that reach
/// the mass.
void flex_prefill(Task& task) {
  const double gamma = task.in("GAMMA")();
  define_attention(task, [&](At at, Index m) {
    if (m > at[3]) return false;
    const bool by_blocks = divergence(task, at) < task.in("TAU")();
    if (m == at[3]) return true;
    if (!by_blocks) {
      auto [columns, slashes] = lines(task, at);
      for (auto& mass : columns) mass /= real(observers(task));
      for (auto& mass : slashes) mass /= real(observers(task));
      return holds(fewest(columns, gamma), m) || holds(fewest(slashes, gamma), at[3] - m);
    }
    std::vector<double> mass;
    for (Index r = 0; r < task["C"]; ++r) {
      for (const double share : softmax(
               task["C"], [&](auto c) { return c <= r; },
               [&](auto c) { return pooled_score(task, at, c, r); })) {
        mass.push_back(share / real(task["C"]));
      }
    }
    return holds(fewest(mass, gamma), at[3] / task["M0"] * task["C"] + m / task["M0"]);
  });
}

/// Sees stripes that come near the anchor.
void anchor_attention(Task& task) {
  const auto near = [&](Index p, Index m) {
    return m <= p && (m < task["S"] || p - m < task["W"]);
  };
  define_attention(task, [&](At at, Index m) {
    const Index start = at[3] / task["P0"] * task["P0"];
    double gap = 0;
    for (Index p = start; p < start + task["P0"]; ++p) {
      const Keys query = {at[0], at[1], 0, p};
      double anchor = -1e300;
      for (const auto i : those(task["M"], [&](auto j) { return near(p, j); })) {
        anchor = std::max(anchor, score_of(task, query, i));
      }
      gap += (anchor - score_of(task, query, m)) / static_cast<double>(task["P0"]);
    }
    return m <= at[3] && (near(at[3], m) || gap <= task.in("THETA")());
  });
}

}  // namespace

Definitions prefill() {
  return {{"minference_vertical_slash",
           flat({{{"N", 2}, {"R", 1}, {"W", 2}},
                 {{"N", 3}, {"R", 4}, {"W", 5}},
                 {{"N", 1}, {"R", 9}, {"W", 7}}}),
           {},
           minference_vertical_slash},
          {"flex_prefill",
           blocked({{{"W", 2}}, {{"W", 5}}, {{"W", 7}}}),
           {{"GAMMA", between(0.3, 0.95)}, {"TAU", one_of({0, 0.12, 0.2, 1})}},
           flex_prefill},
          {"anchor_attention",
           flat({{{"C", 4}, {"P0", 2}}, {{"C", 3}, {"P0", 3}}, {{"C", 6}, {"P0", 1}}}),
           {{"THETA", always(0.8)}},
           anchor_attention}};
}

}  // namespace attnsim::direct
