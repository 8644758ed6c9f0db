// Attention to keys that masks of positions, heads, layers and clusters let a query see.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Sees the last W keys.
void sliding_window(Task& task) {
  define_attention(task, [&](At at, Index m) { return m > at[3] - task["W"] && m <= at[3]; });
}

/// Sees sinks and the last W keys.
void streaming_llm(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const bool recent = m > at[3] - task["W"];
    return m <= at[3] && (recent || m < task["S"]);
  });
}

/// Sees the L blocks up to its own and every Sth block, others in each head.
void s2_attention(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const auto block = m / task["W"];
    const auto own = at[3] / task["W"];
    return m <= at[3] && (block + task["L"] > own || (block + at[1]) % task["S"] == 0);
  });
}

/// Sees sinks and its group that half of the heads shift.
void sink_lora(Task& task) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  const auto s = task["S"];
  const auto w = task["W"];
  task.define("AV", [&](At at) {
    const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
    // The group starts at the last border up to p; shifted borders lie half a group earlier.
    std::int64_t start = 2 * h >= task["H"] ? -(w / 2) : 0;
    while (start + w <= p) start += w;
    const auto keys = those(p + 1, [&](auto m) { return m < s || m >= start; });
    const auto score = [&, b = b, h = h, p = p](auto m) {
      return sum_of(task["E"], [&](auto e) { return q(b, h, e, p) * k(b, h, e, m); });
    };
    return attend(keys, score, [&, b = b, h = h, f = f](auto m) { return v(b, h, f, m); });
  });
}

/// Is full in some layers and local in the rest.
void masformer(Task& task) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  const auto full = task.in("FULL");
  task.define("AV", [&](At at) {
    const auto [l, b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3], at[4]};
    const auto start = full(l) != 0 ? 0 : std::max<Index>(0, p - task["W"] + 1);
    const auto score = [&, l = l, b = b, h = h, p = p](auto m) {
      return sum_of(task["E"], [&](auto e) { return q(l, b, h, e, p) * k(l, b, h, e, m); });
    };
    return attend(those(p + 1, [&](auto m) { return m >= start; }), score,
                  [&, l = l, b = b, h = h, f = f](auto m) { return v(l, b, h, f, m); });
  });
}

/// Sees the earlier keys of the centroid that is nearest to the query.
void routing_transformer(Task& task) {
  const auto q = task.in("Q");
  const auto centroid = task.in("CENTROID");
  const auto cluster_of = [&](Index b, Index h, Index p) {
    return best(1, task["C"],
                [&](auto c) {
                  return sum_of(task["E"],
                                [&](auto e) { return q(b, h, e, p) * centroid(h, e, c); });
                })
        .front();
  };
  task.define("CLUSTER", [&](At at) { return real(cluster_of(at[0], at[1], at[2])); });
  define_attention(task, [&](At at, Index m) {
    return m <= at[3] && cluster_of(at[0], at[1], m) == cluster_of(at[0], at[1], at[3]);
  });
}

const std::vector<std::string> ranks = {"B", "H", "E", "F", "P", "M"};

}  // namespace

Definitions masks() {
  auto with = [](std::vector<std::string> names, std::vector<std::vector<Index>> rows) {
    names.insert(names.begin(), ranks.begin(), ranks.end());
    return table(names, rows);
  };
  const auto windows =
      with({"W"}, {{2, 2, 4, 4, 8, 8, 4}, {1, 3, 5, 3, 11, 13, 5}, {1, 1, 1, 2, 17, 17, 1}});
  const auto sinks =
      with({"S", "W"},
           {{2, 2, 4, 4, 8, 8, 2, 3}, {1, 3, 5, 3, 11, 13, 4, 1}, {1, 1, 1, 2, 17, 17, 0, 3}});
  return {{"sliding_window", windows, {}, sliding_window},
          {"attention_3pass_window", windows, {}, sliding_window},
          {"streaming_llm", sinks, {}, streaming_llm},
          {"attention_3pass_sink_window", sinks, {}, streaming_llm},
          {"s2_attention",
           with({"W", "L", "S"}, {{2, 2, 4, 4, 8, 8, 2, 2, 3},
                                  {1, 3, 5, 3, 11, 13, 2, 2, 3},
                                  {1, 1, 1, 2, 17, 17, 3, 1, 2}}),
           {},
           s2_attention},
          {"sink_lora",
           with({"S", "W"},
                {{2, 2, 4, 4, 8, 8, 2, 4}, {1, 3, 5, 3, 11, 11, 1, 5}, {1, 1, 1, 2, 17, 17, 0, 4}}),
           {},
           sink_lora},
          {"masformer",
           with({"L", "W"},
                {{2, 2, 4, 4, 8, 8, 4, 3}, {1, 3, 5, 3, 11, 11, 5, 4}, {1, 1, 1, 2, 17, 17, 4, 3}}),
           {{"FULL", whole(0, 1)}},
           masformer},
          {"routing_transformer",
           with({"C"}, {{2, 2, 4, 4, 8, 8, 3}, {1, 3, 5, 3, 13, 13, 5}, {1, 1, 1, 2, 17, 17, 3}}),
           {},
           routing_transformer}};
}

}  // namespace attnsim::direct
