// Attention to keys that a search finds.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Attends to the keys that the selection layer keeps.
void tidal_decode(Task& task) {
  const auto v = task.in("V");
  const auto vn = task.in("VN");
  const auto all = those(task["M"], [](auto) { return true; });
  task.define("AV", [&](At at) {
    return attend(
        all, [&](auto m) { return score_of(task, at, m); },
        [&](auto m) { return v(at[0], at[1], at[2], m); });
  });
  task.define("AVN", [&](At at) {
    const auto kept = best(task["N"], task["M"], [&](auto m) { return score_of(task, at, m); });
    return attend(
        kept, [&](auto m) { return score_of(task, at, m, "QN", "KN"); },
        [&](auto m) { return vn(at[0], at[1], at[2], m); });
  });
}

/// softmax over the selected landmarks times softmax inside each of their blocks.
double landmark_attention(const Task& task, At at) {
  const auto blocks =
      best(task["N"], task["C"], [&](auto c) { return score_of(task, at, c, "Q", "LK"); });
  const auto v = task.in("V");
  const auto size = task["M0"];
  const auto inside = [&](auto c) {
    const auto keys = those(task["M"], [&](auto m) { return m / size == c; });
    return attend(
        keys, [&](auto m) { return score_of(task, at, m); },
        [&](auto m) { return v(at[0], at[1], at[2], m); });
  };
  return attend(
      blocks, [&](auto c) { return score_of(task, at, c, "Q", "LK"); }, inside);
}

/// Weighs the best blocks by their landmarks.
void landmark(Task& task) {
  task.define("AV", [&](At at) { return landmark_attention(task, at); });
}

/// Splits intervals of keys by hand.
Keys tree_search(const Task& task, At at) {
  Keys starts;
  Index length = task["M"] / task["N"];
  for (Index n = 0; n < task["N"]; ++n) starts.push_back(n * length);
  for (Index level = 0; level < task["L"]; ++level) {
    length /= 2;
    Keys halves;
    for (const auto start : starts) {
      halves.push_back(start);
      halves.push_back(start + length);
    }
    const auto kept = best(task["N"], static_cast<Index>(halves.size()), [&](auto i) {
      return score_of(task, at, halves[static_cast<std::size_t>(i)]);
    });
    for (std::size_t n = 0; n < starts.size(); ++n) {
      starts[n] = halves[static_cast<std::size_t>(kept[n])];
    }
  }
  return starts;
}

/// Attends to what a tree search finds.
void hip_attention(Task& task) {
  task.require(task["M"] == task["N"] << task["L"], "M = N * 2^L");
  const auto v = task.in("V");
  task.define("AV", [&](At at) {
    return attend(
        tree_search(task, at), [&](auto m) { return score_of(task, at, m); },
        [&](auto m) { return v(at[0], at[1], at[2], m); });
  });
}

/// Sees sinks, recent keys and the best of the rest.
void retrieval_attention(Task& task) {
  task.require(task["S"] + task["W"] < task["M"], "S + W < M");
  const auto between = [&](Index m) { return m >= task["S"] && m < task["M"] - task["W"]; };
  define_attention(task, [&](At at, Index m) {
    const auto found =
        best_of(task["N"], task["M"], between, [&](auto i) { return score_of(task, at, i); });
    return !between(m) || holds(found, m);
  });
}

}  // namespace

Definitions searches() {
  return {{"tidal_decode",
           table({"B", "H", "E", "F", "P", "M", "N"},
                 {{2, 2, 4, 4, 3, 8, 4}, {1, 3, 5, 3, 1, 13, 5}, {1, 1, 3, 2, 5, 3, 6}}),
           {},
           tidal_decode},
          {"landmark",
           table({"B", "H", "E", "F", "P", "C", "M0", "N"},
                 {{2, 2, 3, 5, 3, 4, 2, 2}, {2, 2, 3, 5, 3, 5, 3, 3}, {2, 2, 3, 5, 3, 3, 1, 7}}),
           {},
           landmark},
          {"hip_attention",
           table({"B", "H", "E", "F", "P", "N", "T", "L", "M"}, {{1, 2, 3, 5, 5, 2, 2, 2, 8},
                                                                 {1, 2, 3, 5, 5, 3, 2, 3, 24},
                                                                 {1, 2, 3, 5, 5, 1, 2, 4, 16}}),
           {},
           hip_attention},
          {"retrieval_attention",
           table({"B", "H", "E", "F", "P", "M", "S", "W", "N"}, {{2, 2, 3, 5, 3, 12, 2, 3, 4},
                                                                 {2, 2, 3, 5, 3, 13, 1, 4, 3},
                                                                 {2, 2, 3, 5, 3, 7, 0, 1, 9},
                                                                 {2, 2, 3, 5, 3, 9, 2, 0, 1}}),
           {},
           retrieval_attention}};
}

}  // namespace attnsim::direct
