// Attention with shared heads of keys, keys in two ranks or in four bits.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Attention of query head h to the keys and values of head `key_head` and `value_head`.
double shared_attention(const Task& task, const Keys& keys, At query, Index key_head,
                        Index value_head, Index f) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  const auto [b, h, p] = std::tuple{query[0], query[1], query[2]};
  const auto score = [&, b = b, h = h, p = p](Index m) {
    return sum_of(task["E"], [&](auto e) { return q(b, h, e, p) * k(b, key_head, e, m); });
  };
  return attend(keys, score, [&, b = b](Index m) { return v(b, value_head, f, m); });
}

/// The heads of queries are dealt to the heads of keys, G in a row.
void grouped_query(Task& task) {
  task.define("AV", [&](At at) {
    const auto j = at[1] / task["G"];
    return shared_attention(task, first(task["M"]), {at[0], at[1], at[3]}, j, j, at[2]);
  });
}

/// The same, with the head of queries as the pair [j,g].
void attention_3pass_gqa(Task& task) {
  task.define("AV", [&](At at) {
    const auto h = at[1] * task["G"] + at[2];
    return shared_attention(task, first(task["M"]), {at[0], h, at[4]}, at[1], at[1], at[3]);
  });
}

/// Shares a head of keys among more heads than one of values, and is causal.
void sigma(Task& task) {
  // Which head of keys and of values each head of queries has, by counting off.
  Keys key_head;
  Keys value_head;
  for (Index key = 0, value = 0; key < task["J"]; ++key) {
    for (Index i = 0; i < task["T"]; ++i, ++value) {
      for (Index n = 0; n < task["G"]; ++n) {
        key_head.push_back(key);
        value_head.push_back(value);
      }
    }
  }
  task.define("AV", [&](At at) {
    const auto h = static_cast<std::size_t>(at[1]);
    const auto seen = first(std::min(task["M"], at[3] + 1));
    return shared_attention(task, seen, {at[0], at[1], at[3]}, key_head[h], value_head[h], at[2]);
  });
}

/// Keys are numbered [s,t]; all are seen.
void attention_3pass_split_kv(Task& task) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  const auto size = task["T"];
  task.define("AV", [&](At at) {
    const auto score = [&](Index m) {
      return sum_of(task["E"], [&](auto e) {
        return q(at[0], at[1], e, at[3]) * k(at[0], at[1], e, m / size, m % size);
      });
    };
    return attend(first(task["S"] * size), score,
                  [&](auto m) { return v(at[0], at[1], at[2], m / size, m % size); });
  });
}

/// What 4 bits with a scale and a zero point of its own leave of a vector.
std::vector<double> in_four_bits(const std::vector<double>& exact) {
  const auto [least, largest] = std::minmax_element(exact.begin(), exact.end());
  const double scale = (*largest - *least) / 15;
  const double zero = std::nearbyint(-*least / scale);
  std::vector<double> left;
  for (const double value : exact) {
    const double code = std::clamp(std::nearbyint(value / scale) + zero, 0.0, 15.0);
    left.push_back((code - zero) * scale);
  }
  return left;
}

/// Attends to keys and values in four bits.
void qserve(Task& task) {
  const auto quantized = [&](const char* name, Index b, Index j, Index m, Index width) {
    std::vector<double> exact;
    for (Index x = 0; x < width; ++x) exact.push_back(task.in(name)(b, j, x, m));
    return in_four_bits(exact);
  };
  const auto q = task.in("Q");
  task.define("AV", [&](At at) {
    const auto j = at[1] / task["G"];
    const auto score = [&](Index m) {
      const auto key = quantized("K", at[0], j, m, task["E"]);
      return sum_of(task["E"], [&](auto x) {
        return q(at[0], at[1], x, at[3]) * key[static_cast<std::size_t>(x)];
      });
    };
    return attend(first(task["M"]), score, [&](auto m) {
      return quantized("V", at[0], j, m, task["F"])[static_cast<std::size_t>(at[2])];
    });
  });
}

}  // namespace

Definitions variants() {
  return {{"grouped_query",
           table({"B", "H", "G", "E", "F", "P", "M"}, {{2, 4, 2, 3, 5, 7, 9},
                                                       {2, 6, 3, 3, 5, 7, 9},
                                                       {2, 5, 1, 3, 5, 7, 9},
                                                       {2, 3, 3, 3, 5, 7, 9}}),
           {},
           grouped_query},
          {"attention_3pass_gqa",
           table({"B", "J", "G", "E", "F", "P", "M"},
                 {{2, 2, 2, 4, 4, 6, 8}, {1, 3, 5, 5, 3, 7, 9}, {2, 4, 1, 1, 2, 9, 1}}),
           {},
           attention_3pass_gqa},
          {"sigma",
           table({"B", "G", "T", "J", "E", "F", "P", "M"},
                 {{2, 2, 2, 2, 3, 5, 7, 9}, {2, 1, 3, 1, 3, 5, 7, 9}, {2, 3, 1, 2, 3, 5, 7, 9}}),
           {},
           sigma},
          {"attention_3pass_split_kv",
           table({"B", "H", "E", "F", "P", "S", "T"},
                 {{2, 2, 4, 4, 6, 2, 4}, {1, 3, 5, 3, 7, 5, 3}, {1, 1, 1, 2, 9, 4, 1}}),
           {},
           attention_3pass_split_kv},
          {"qserve",
           table({"B", "H", "G", "E", "F", "P", "M"},
                 {{2, 4, 2, 4, 6, 3, 8}, {2, 3, 3, 5, 3, 3, 7}, {2, 2, 1, 2, 9, 3, 5}}),
           {},
           qserve}};
}

}  // namespace attnsim::direct
