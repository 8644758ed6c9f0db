// Attention by additive scores and by positions alone.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// The additive score of position m for the decoder's state p.
double additive(const Task& task, Index b, Index p, Index m,
                const std::function<double(Index)>& bias) {
  return sum_of(task["E"], [&](auto e) {
    const double from_key =
        sum_of(task["D"], [&](auto d) { return task.in("W1")(e, d) * task.in("ENC")(b, d, m); });
    const double from_state =
        sum_of(task["S"], [&](auto s) { return task.in("W2")(e, s) * task.in("X")(b, s, p); });
    return task.in("VA")(e)*std::tanh(from_key + from_state + bias(e));
  });
}

/// Points where the additive score is highest.
void pointer_network(Task& task) {
  const auto score = [&](At at, Index p, Index m) {
    return additive(task, at[0], p, m, [](auto) { return 0.0; });
  };
  task.define("A", [&](At at) {
    return attend(
        first(task["M"]), [&](auto m) { return score(at, at[2], m); },
        [&](auto m) { return m == at[1] ? 1.0 : 0.0; });
  });
  task.define("POINT", [&](At at) {
    return static_cast<double>(
        best(1, task["M"], [&](auto m) { return score(at, at[1], m); }).front());
  });
}

/// Averages the encodings by a net of both.
void additive_attention(Task& task) {
  const double squares = sum_of(task["E"], [&](auto e) { return std::pow(task.in("VA")(e), 2); });
  task.define("CONTEXT", [&](At at) {
    const auto score = [&](auto m) {
      return task.in("GAIN")() / std::sqrt(squares) *
             additive(task, at[0], at[2], m, [&](auto e) { return task.in("BIAS")(e); });
    };
    return attend(first(task["M"]), score, [&](auto m) { return task.in("ENC")(at[0], at[1], m); });
  });
}

/// Weighs by the positions alone.
void positional_attention(Task& task) {
  task.define("AV", [&](At at) {
    const auto encoded = [&](const char* weight, auto e, auto p) {
      return sum_of(task["C"],
                    [&](auto c) { return task.in(weight)(at[1], e, c) * task.in("POS")(c, p); });
    };
    const auto score = [&](auto m) {
      return sum_of(task["E"],
                    [&](auto e) { return encoded("WQ", e, at[3]) * encoded("WK", e, m); });
    };
    return attend(first(task["P"]), score, [&](auto m) {
      return sum_of(task["D"], [&](auto d) {
        return task.in("WV")(at[1], at[2], d) * task.in("X")(at[0], d, m);
      });
    });
  });
}

}  // namespace

Definitions additive() {
  return {{"pointer_network",
           table({"B", "D", "S", "E", "P", "M"},
                 {{2, 4, 3, 4, 5, 8}, {1, 5, 7, 3, 3, 9}, {3, 1, 2, 1, 1, 1}}),
           {},
           pointer_network},
          {"additive_attention",
           table({"B", "D", "S", "E", "P", "M"},
                 {{2, 4, 3, 4, 5, 8}, {1, 5, 7, 3, 3, 9}, {3, 1, 2, 1, 1, 1}}),
           {{"GAIN", between(0.5, 2)}},
           additive_attention},
          {"positional_attention", recurrent({{{"D", 3}, {"C", 4}}}), {}, positional_attention}};
}

}  // namespace attnsim::direct
