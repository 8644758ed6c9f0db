// Attention to blocks of keys that the data choose.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Sees its block and one summary of each before.
void combiner(Task& task) {
  const auto width = task["P0"];
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  task.define("AV", [&](At at) {
    const auto [b, h, f, c] = std::tuple{at[0], at[1], at[2], at[3]};
    const auto p = c * width + at[4];
    const auto pooled = [&, b = b, h = h](const Reader& x, auto e, auto block) {
      double largest = x(b, h, e, block * width);
      for (Index i = 1; i < width; ++i) {
        largest = std::max(largest, x(b, h, e, block * width + i));
      }
      return largest;
    };
    double total = 0;
    double weighed = 0;
    for (auto m = c * width; m <= p; ++m) {
      const auto weight = std::exp(
          sum_of(task["E"], [&, b = b, h = h](auto e) { return q(b, h, e, p) * k(b, h, e, m); }));
      total += weight;
      weighed += weight * v(b, h, f, m);
    }
    for (Index block = 0; block < c; ++block) {
      const auto weight = std::exp(sum_of(
          task["E"], [&, b = b, h = h](auto e) { return q(b, h, e, p) * pooled(k, e, block); }));
      const auto agreement = [&, b = b, h = h](auto m) {
        return sum_of(task["E"], [&](auto e) { return pooled(q, e, block) * k(b, h, e, m); });
      };
      const auto members = those(task["P"], [&](auto m) { return m / width == block; });
      total += weight;
      weighed += weight * attend(members, agreement,
                                 [&, b = b, h = h, f = f](auto m) { return v(b, h, f, m); });
    }
    return weighed / total;
  });
}

/// Sees the first, its own and the best chunks.
void longheads(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const Index own = at[3] / task["M0"];
    const Index c = m / task["M0"];
    const auto kept = best_of(
        task["N"], task["C"], [&](auto i) { return i > 0 && i < own; },
        [&](auto i) {
          return sum_of(task["E"], [&](auto e) {
            return task.in("Q")(at[0], at[1], e, at[3]) *
                   block_mean(task, "K", at, e, i, task["M0"]);
          });
        });
    return m <= at[3] && (c == 0 || c == own || holds(kept, c));
  });
}

/// Sees the blocks that the gate opens.
void seer_attention(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const Index own = at[3] / task["M0"];
    const auto gate = [&](Index c) {
      return sum_of(task["D"], [&](auto d) {
        double query = 0;
        double key = 0;
        for (Index e = 0; e < task["E"]; ++e) {
          query += task.in("WQ")(at[1], d, e) * block_mean(task, "Q", at, e, own, task["M0"]);
          std::vector<double> keys;
          for (Index i = 0; i < task["M0"]; ++i) {
            keys.push_back(task.in("K")(at[0], at[1], e, c * task["M0"] + i));
          }
          const auto [least, largest] = std::minmax_element(keys.begin(), keys.end());
          key += task.in("WA")(at[1], d, e) * block_mean(task, "K", at, e, c, task["M0"]) +
                 task.in("WX")(at[1], d, e) * *largest + task.in("WI")(at[1], d, e) * *least;
        }
        return query * key;
      });
    };
    const auto kept = best(task["N"], own, gate);
    return m <= at[3] && (m / task["M0"] == own || holds(kept, m / task["M0"]));
  });
}

/// Sees the parts that linear attention estimates.
void sea(Task& task) {
  const auto feature = [&](const std::string& input, At at, Index r, Index i) {
    return 0.001 +
           std::max(0.0, sum_of(task["E"], [&](auto e) {
                      return task.in("OMEGA")(at[1], r, e) * task.in(input)(at[0], at[1], e, i);
                    }));
  };
  define_attention(task, [&](At at, Index m) {
    std::vector<double> near;
    double total = 0;
    for (Index i = 0; i < task["M"]; ++i) {
      near.push_back(sum_of(
          task["R"], [&](auto r) { return feature("Q", at, r, at[3]) * feature("K", at, r, i); }));
      total += near.back();
    }
    const auto kept = best(task["N"], task["C"], [&](auto c) {
      return sum_of(task["F"], [&](auto f) {
        return task.in("WE")(at[1], f, c) * sum_of(task["M"], [&](auto i) {
                 return near[static_cast<std::size_t>(i)] / total *
                        task.in("V")(at[0], at[1], f, i);
               });
      });
    });
    return holds(kept, m / task["M0"]);
  });
}

/// Sees the best blocks.
void minference_block_sparse(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const Index own = at[3] / task["M0"];
    const auto kept = best(task["N"], own, [&](auto c) { return pooled_score(task, at, c, own); });
    return m <= at[3] && (m / task["M0"] == own || holds(kept, m / task["M0"]));
  });
}

}  // namespace

Definitions blocks() {
  return {{"combiner",
           table({"B", "H", "E", "F", "C", "P0"},
                 {{2, 2, 3, 5, 4, 2}, {2, 2, 3, 5, 3, 5}, {2, 2, 3, 5, 1, 7}}),
           {},
           combiner},
          {"longheads", blocked({{{"N", 1}}, {{"N", 2}}, {{"N", 9}}}), {}, longheads},
          {"seer_attention",
           blocked({{{"N", 1}, {"D", 3}}, {{"N", 2}, {"D", 5}}, {{"N", 9}, {"D", 1}}}),
           {},
           seer_attention},
          {"sea",
           blocked({{{"N", 1}, {"P", 3}, {"R", 3}},
                    {{"N", 2}, {"P", 5}, {"R", 7}},
                    {{"N", 9}, {"P", 1}, {"R", 1}}}),
           {},
           sea},
          {"minference_block_sparse",
           blocked({{{"N", 1}}, {{"N", 2}}, {{"N", 9}}}),
           {},
           minference_block_sparse}};
}

}  // namespace attnsim::direct
