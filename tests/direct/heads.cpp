// Heads that see different keys, or that a router takes.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Lets retrieval heads see everything.
void duo_attention(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const bool streamed = m < task["S"] || at[3] - m < task["W"];
    return m <= at[3] && (task.in("RETRIEVAL")(at[1]) != 0 || streamed);
  });
}

/// Compensates for the keys that it drops.
void razor_attention(Task& task) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  task.define("AV", [&](At at) {
    const bool full = task.in("RETRIEVAL")(at[1]) != 0;
    double weighed = 0;
    double total = 0;
    Keys dropped;
    for (Index m = 0; m <= at[3]; ++m) {
      if (!full && m >= task["S"] && at[3] - m >= task["W"]) {
        dropped.push_back(m);
        continue;
      }
      weighed += std::exp(score_of(task, at, m)) * v(at[0], at[1], at[2], m);
      total += std::exp(score_of(task, at, m));
    }
    if (dropped.empty()) return weighed / total;
    const auto count = static_cast<double>(dropped.size());
    const double score = sum_of(task["E"], [&](auto e) {
      double mean = 0;
      for (const auto m : dropped) mean += k(at[0], at[1], e, m) / count;
      return q(at[0], at[1], e, at[3]) * mean;
    });
    double value = 0;
    for (const auto m : dropped) value += v(at[0], at[1], at[2], m) / count;
    return (weighed + count * std::exp(score) * value) / (total + count * std::exp(score));
  });
}

/// Gives the most different heads every key.
void task_kv(Task& task) {
  const auto sem = task.in("SEM");
  define_attention(task, [&](At at, Index m) {
    const auto heads = best(task["R"], task["H"], [&](auto h) {
      return std::sqrt(sum_of(task["D"], [&](auto d) {
        const double mean = sum_of(task["H"], [&](auto i) { return sem(at[0], i, d); }) /
                            static_cast<double>(task["H"]);
        return std::pow(sem(at[0], h, d) - mean, 2);
      }));
    });
    const auto between = [&](Index i) { return i >= task["S"] && i < task["M"] - task["W"]; };
    const auto kept =
        best_of(task["N"], task["M"], between, [&](auto i) { return score_of(task, at, i); });
    return holds(heads, at[1]) || !between(m) || holds(kept, m);
  });
}

/// Gives every head its own window.
void moa(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const double length =
        task.in("ALPHA")(at[1]) + task.in("BETA")(at[1]) * static_cast<double>(task["M"]);
    const auto window = std::max<Index>(1, static_cast<Index>(std::floor(length)));
    return m <= at[3] && (m < task["S"] || m > at[3] - window);
  });
}

/// Sums the heads that the router takes.
void moh(Task& task) {
  const Index shared_heads = task["S"];
  const auto x = task.in("X");
  const auto v = task.in("V");
  const auto wo = task.in("WO");
  task.define("Y", [&](At at) {
    const auto routed = [&](const std::string& weights, Index row) {
      return sum_of(task["D"],
                    [&](auto d) { return task.in(weights)(row, d) * x(at[0], d, at[2]); });
    };
    const auto to = [&](Index h) { return routed("WR", h); };
    const auto kinds = softmax(
        2, [](auto) { return true; }, [&](auto a) { return routed("WB", a); });
    const auto shared = softmax(
        task["H"], [&](auto h) { return h < shared_heads; }, to);
    const auto chosen = softmax(
        task["H"], [&](auto h) { return h >= shared_heads; }, to);
    const auto taken = best_of(
        task["N"], task["H"], [&](auto h) { return h >= shared_heads; }, to);
    const auto all = those(task["M"], [](auto) { return true; });
    return sum_of(task["H"], [&](auto h) {
      const auto i = static_cast<std::size_t>(h);
      if (h >= shared_heads && !holds(taken, h)) return 0.0;
      const double gate = h < shared_heads ? kinds[0] * shared[i] : kinds[1] * chosen[i];
      return gate * sum_of(task["F"], [&](auto f) {
               return wo(h, f, at[1]) * attend(
                                            all,
                                            [&](auto m) {
                                              return score_of(task, {at[0], h, f, at[2]}, m);
                                            },
                                            [&](auto m) { return v(at[0], h, f, m); });
             });
    });
  });
}

std::vector<einsum::Shapes> with_queries(const std::vector<einsum::Shapes>& more) {
  auto all = flat(more);
  const Keys queries = {3, 7, 6};
  for (std::size_t i = 0; i < all.size(); ++i) all[i]["P"] = queries[i];
  return all;
}

}  // namespace

Definitions heads() {
  return {{"duo_attention",
           with_queries({{}, {{"S", 2}, {"W", 3}}, {}}),
           {{"RETRIEVAL", whole(0, 1)}},
           duo_attention},
          {"razor_attention",
           with_queries({{}, {{"S", 2}, {"W", 3}}, {}}),
           {{"RETRIEVAL", whole(0, 1)}},
           razor_attention},
          {"task_kv",
           with_queries({{{"N", 2}, {"R", 1}, {"D", 3}},
                         {{"N", 4}, {"R", 1}, {"D", 5}},
                         {{"N", 1}, {"R", 2}, {"D", 2}}}),
           {},
           task_kv},
          {"moa", with_queries({{}}), {{"ALPHA", whole(0, 7)}}, moa},
          {"moh",
           with_queries({{{"N", 1}, {"D", 3}, {"A", 2}},
                         {{"N", 1}, {"D", 5}, {"A", 2}},
                         {{"N", 2}, {"D", 4}, {"A", 2}, {"S", 2}}}),
           {},
           moh}};
}

}  // namespace attnsim::direct
