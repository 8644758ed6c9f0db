// Linear attention with and without decay, gates and the delta rule.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Is decayed linear attention whatever the block.
void lightning_attention(Task& task) {
  const auto length = task["P0"];
  const auto v = task.in("V");
  const auto decay = task.in("DECAY");
  task.define("O", [&](At at) {
    const auto p = at[3] * length + at[4];
    return sum_of(p + 1, [&](auto m) {
      return std::pow(decay(at[1]), static_cast<double>(p - m)) * dot(task, at, p, m) *
             v(at[0], at[1], at[2], m);
    });
  });
}

/// Is causal linear attention.
void lasp2(Task& task) {
  const auto size = task["P0"];
  task.define("O", [&](At at) {
    const auto p = at[3] * size + at[4];
    return sum_of(
        p + 1, [&](auto m) { return dot(task, at, p, m) * task.in("V")(at[0], at[1], at[2], m); });
  });
}

/// Sums the keys that the gates left.
void gated_linear_attention(Task& task) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  const auto gate = task.in("GATE");
  task.define("O", [&](At at) {
    const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
    double out = 0;
    for (Index e = 0; e < task["E"]; ++e) {
      for (Index m = 0; m <= p; ++m) {
        double left = 1;  // of key m at query p, in row e of the state
        for (auto t = m + 1; t <= p; ++t) left *= gate(b, h, e, t);
        out += q(b, h, e, p) * left * k(b, h, e, m) * v(b, h, f, m);
      }
    }
    return out;
  });
}

/// Sums what the forget gates let through.
void hgrn2(Task& task) {
  task.define("O", [&](At at) {
    const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
    double out = 0;
    for (Index e = 0; e < task["E"]; ++e) {
      const double lower = task.in("LOWER")(h, e);
      double left = 1;
      for (auto m = p; m >= 0; --m) {
        const double open = (1 - lower) * logistic(-task.in("G")(b, h, e, m));
        out += task.in("Q")(b, h, e, p) * left * open * task.in("V")(b, h, f, m);
        left *= 1 - open;
      }
    }
    return out;
  });
}

/// The delta rule without a state: what key m writes is its value less what is read there before.
std::vector<double> written_values(const Task& task, At at) {
  const auto k = task.in("K");
  const auto v = task.in("V");
  const auto beta = task.in("BETA");
  std::vector<double> written;
  for (Index m = 0; m <= at[3]; ++m) {
    const double before = sum_of(m, [&](auto t) {
      const double match =
          sum_of(task["E"], [&](auto e) { return k(at[0], at[1], e, m) * k(at[0], at[1], e, t); });
      return match * written[static_cast<std::size_t>(t)];
    });
    written.push_back(beta(at[0], at[1], m) * (v(at[0], at[1], at[2], m) - before));
  }
  return written;
}

/// Writes what its state gets wrong.
void delta_rule(Task& task) {
  task.define("O", [&](At at) {
    const auto written = written_values(task, at);
    return sum_of(at[3] + 1, [&](auto m) {
      return dot(task, at, at[3], m) * written[static_cast<std::size_t>(m)];
    });
  });
}

}  // namespace

Definitions linear() {
  return {{"lightning_attention",
           table({"B", "H", "E", "F", "C", "P0"},
                 {{2, 2, 4, 4, 4, 2}, {1, 3, 5, 3, 3, 5}, {1, 1, 1, 2, 1, 7}, {1, 2, 3, 2, 6, 1}}),
           {{"DECAY", between(0.5, 1)}},
           lightning_attention},
          {"lasp2",
           table({"B", "H", "E", "F", "D", "P0"},
                 {{2, 2, 3, 5, 4, 2}, {2, 2, 3, 5, 3, 5}, {2, 2, 3, 5, 1, 7}}),
           {},
           lasp2},
          {"gated_linear_attention",
           recurrent({{}}),
           {{"GATE", between(0.5, 1)}},
           gated_linear_attention},
          {"hgrn2", recurrent({{}}), {{"LOWER", between(0, 0.9)}}, hgrn2},
          {"delta_rule", recurrent({{}}), {{"BETA", between(0.5, 1)}}, delta_rule}};
}

}  // namespace attnsim::direct
