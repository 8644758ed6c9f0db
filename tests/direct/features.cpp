// Linear attention by features of queries and keys, with and without a softmax beside it.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Matches by the Taylor expansion of exp (O) and attends in a window (AV).
void based(Task& task) {
  const auto window = task["W"];
  const auto v = task.in("V");
  task.define("O", [&](At at) {
    double weighed = 0;
    double total = 0;
    for (Index m = 0; m <= at[3]; ++m) {
      const double s = dot(task, at, at[3], m) / root(task["E"]);
      weighed += (1 + s + s * s / 2) * v(at[0], at[1], at[2], m);
      total += 1 + s + s * s / 2;
    }
    return weighed / total;
  });
  task.define("AV", [&](At at) {
    const auto p = at[3];
    return attend(
        those(task["P"], [&](auto m) { return m <= p && m > p - window; }),
        [&](auto m) { return dot(task, at, p, m) / root(task["E"]); },
        [&](auto m) { return v(at[0], at[1], at[2], m); });
  });
}

/// Reads weighted means of the values.
void lightnet(Task& task) {
  const auto width = task["X"];
  const auto q = task.in("Q");
  const auto k = task.in("K");
  const auto v = task.in("V");
  // The mean of the values over cells, numbered row by row, weighed by each feature of their
  // keys.
  const auto read = [&](At at, const Keys& cells) {
    return sum_of(task["E"], [&](auto e) {
      return q(at[0], at[1], e, at[3], at[4]) *
             attend(
                 cells, [&](auto c) { return k(at[0], at[1], e, c / width, c % width); },
                 [&](auto c) { return v(at[0], at[1], at[2], c / width, c % width); });
    });
  };
  const auto cells = task["Y"] * width;
  task.define("O", [&](At at) { return read(at, first(cells)); });
  task.define("ROW", [&](At at) {
    return read(at, those(cells, [&](auto c) { return c / width == at[3] && c % width <= at[4]; }));
  });
}

/// Conserves the flow of sources and sinks.
void flowformer(Task& task) {
  const auto flow = [&](At at, auto p, auto m) {
    return sum_of(task["E"], [&](auto e) {
      return logistic(task.in("Q")(at[0], at[1], e, p)) *
             logistic(task.in("K")(at[0], at[1], e, m));
    });
  };
  const auto all = first(task["M"]);
  task.define("O", [&](At at) {
    const auto into = [&](auto p) {
      return sum_of(task["M"], [&](auto m) { return flow(at, p, m); });
    };
    const auto out_of = [&](auto m) {
      return sum_of(task["P"], [&](auto p) { return flow(at, p, m); });
    };
    const double allotted =
        sum_of(task["M"], [&](auto m) { return flow(at, at[3], m) / out_of(m); });
    const auto won = [&](auto m) {
      return sum_of(task["P"], [&](auto p) { return flow(at, p, m) / into(p); });
    };
    const auto value = [&](auto m) {
      return flow(at, at[3], m) / into(at[3]) * task.in("V")(at[0], at[1], at[2], m);
    };
    return logistic(allotted) * attend(all, won, value);
  });
}

/// Goes through pooled queries.
void agent_attention(Task& task) {
  const auto size = task["P0"];
  const auto q = task.in("Q");
  const auto all_agents = first(task["N"]);
  const auto all_keys = first(task["M"]);
  task.define("AV", [&](At at) {
    const auto agent = [&](auto n, auto e) {
      return sum_of(size, [&](auto i) { return q(at[0], at[1], e, n * size + i) / real(size); });
    };
    const auto gathered = [&](auto n) {
      return attend(
          all_keys,
          [&](auto m) {
            return sum_of(task["E"], [&](auto e) {
              return agent(n, e) * task.in("K")(at[0], at[1], e, m) / root(task["E"]);
            });
          },
          [&](auto m) { return task.in("V")(at[0], at[1], at[2], m); });
    };
    const auto score = [&](auto n) {
      return sum_of(task["E"], [&](auto e) {
        return q(at[0], at[1], e, at[3]) * agent(n, e) / root(task["E"]);
      });
    };
    return attend(all_agents, score, gathered);
  });
}

/// Adds a gated past to a window with meta tokens.
void lizard(Task& task) {
  const auto v = task.in("V");
  const auto project = [&](const char* weights, const char* of, At at, auto r, auto p) {
    return sum_of(task["E"], [&](auto e) {
      return task.in(weights)(at[1], r, e) * task.in(of)(at[0], at[1], e, p);
    });
  };
  task.define("O", [&](At at) {
    const auto b = at[0];
    const auto h = at[1];
    const auto f = at[2];
    const auto p = at[3];
    double weighed = 0;
    double total = 0;
    double left = 1;
    for (auto m = p; m >= 0; --m) {
      const double match =
          left * sum_of(task["R"], [&](auto r) {
            // Of two pairs of exponentials: e^x e^y + e^-x e^-y.
            return 2 * std::cosh(project("WQ", "Q", at, r, p) + project("WK", "K", at, r, m));
          });
      weighed += match * v(b, h, f, m);
      total += match;
      left *= logistic(task.in("G")(b, h, m));
    }
    double local = 0;
    double mass = sum_of(task["N"], [&](auto n) { return task.in("SINK")(h, n); });  // no value
    for (auto m = std::max<Index>(0, p - task["W"] + 1); m <= p; ++m) {
      const double weight = std::exp(dot(task, at, p, m) / root(task["E"]));
      local += weight * v(b, h, f, m);
      mass += weight;
    }
    return weighed / total + task.in("ALPHA")(h)*local / mass;
  });
}

}  // namespace

Definitions features() {
  return {{"based", recurrent({{{"W", 3}}, {{"W", 1}}, {{"W", 20}}}), {}, based},
          {"lightnet",
           table({"B", "H", "E", "F", "Y", "X"},
                 {{2, 2, 3, 5, 2, 4}, {2, 2, 3, 5, 3, 5}, {2, 2, 3, 5, 1, 7}}),
           {},
           lightnet},
          {"flowformer", recurrent({{{"M", 5}}, {{"M", 5}}, {{"M", 9}}}), {}, flowformer},
          {"agent_attention",
           table({"B", "H", "E", "F", "N", "P0", "M"},
                 {{2, 2, 3, 4, 4, 2, 8}, {2, 2, 3, 4, 3, 5, 7}, {2, 2, 3, 4, 1, 3, 11}}),
           {},
           agent_attention},
          {"lizard",
           recurrent({{{"W", 3}, {"N", 2}, {"R", 3}},
                      {{"W", 4}, {"N", 3}, {"R", 3}},
                      {{"W", 1}, {"N", 1}, {"R", 3}}}),
           {{"SINK", between(0, 1)}},
           lizard}};
}

}  // namespace attnsim::direct
