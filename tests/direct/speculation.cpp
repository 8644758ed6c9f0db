// Attention of several draft tokens at once.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Sees the prefix and its ancestors in the tree of draft tokens.
void tree_attention(Task& task) {
  const auto q = task.in("Q");
  const auto tree = task.in("TREE");
  const auto prefix = task["M"];
  // Keys beyond the prefix are draft tokens.
  const auto pick = [&](const char* text, const char* draft, At at, Index x, Index m) {
    return m < prefix ? task.in(text)(at[0], at[1], x, m)
                      : task.in(draft)(at[0], at[1], x, m - prefix);
  };
  task.define("AV", [&](At at) {
    const auto score = [&](Index m) {
      return sum_of(task["E"],
                    [&](auto e) { return q(at[0], at[1], e, at[3]) * pick("K", "DK", at, e, m); });
    };
    const auto keys = those(prefix + task["R"], [&](auto m) {
      return m < prefix || tree(at[0], at[3], m - prefix) != 0;
    });
    return attend(keys, score, [&](auto m) { return pick("V", "DV", at, at[2], m); });
  });
}

/// Takes the run of tokens that it is sure of.
void lexical_unit_decoding(Task& task) {
  const auto text = task["M"];
  const auto pick = [&](const char* own, const char* draft, auto b, auto h, auto x, auto m) {
    return m < text ? task.in(own)(b, h, x, m) : task.in(draft)(b, h, x, m - text);
  };
  const auto attention = [&](auto b, auto h, auto f, auto p) {
    const auto score = [&](auto m) {
      return sum_of(task["E"],
                    [&](auto e) { return task.in("Q")(b, h, e, p) * pick("K", "DK", b, h, e, m); });
    };
    return attend(those(text + p + 1, [](auto) { return true; }), score,
                  [&](auto m) { return pick("V", "DV", b, h, f, m); });
  };
  const auto logit = [&](auto b, auto p, auto u) {
    return sum_of(task["H"], [&](auto h) {
      return sum_of(task["F"],
                    [&](auto f) { return task.in("WO")(u, h, f) * attention(b, h, f, p); });
    });
  };
  const auto token = [&](auto b, auto p) {
    return best(1, task["U"], [&](auto u) { return logit(b, p, u); }).front();
  };
  task.define("AV", [&](At at) { return attention(at[0], at[1], at[2], at[3]); });
  task.define("TOKEN", [&](At at) { return static_cast<double>(token(at[0], at[1])); });
  task.define("LENGTH", [&](At at) {
    std::int64_t length = 0;
    for (; length < task["P"]; ++length) {
      const auto total =
          sum_of(task["U"], [&, b = at[0]](auto u) { return std::exp(logit(b, length, u)); });
      if (std::exp(logit(at[0], length, token(at[0], length))) < task.in("ALPHA")() * total) break;
    }
    return static_cast<double>(std::max<std::int64_t>(1, length));
  });
}

}  // namespace

Definitions speculation() {
  return {{"tree_attention",
           table({"B", "H", "E", "F", "M", "R"},
                 {{2, 2, 4, 4, 8, 6}, {1, 3, 5, 7, 9, 5}, {1, 1, 2, 1, 1, 13}}),
           {{"TREE", one_of({1, 0, 0})}},
           tree_attention},
          {"lexical_unit_decoding",
           table({"B", "H", "E", "F", "M", "R", "U"},
                 {{2, 2, 4, 3, 8, 6, 5}, {1, 3, 5, 3, 9, 5, 5}, {5, 1, 2, 3, 1, 1, 5}}),
           {{"ALPHA", one_of({0, 0.26, 0.3, 1})}},
           lexical_unit_decoding}};
}

}  // namespace attnsim::direct
