// Attention that workers and devices share.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Attends to all keys; its tiles are dealt to the workers in runs that differ by one at most.
void lean_attention(Task& task) {
  define_attention(task, [](At, Index) { return true; });
  const auto total = task["B"] * task["H"] * task["C"];
  const auto workers = task["N"];
  Keys worker;
  for (Index n = 0; n < workers; ++n) {
    const auto run = total / workers + (n < total % workers ? 1 : 0);
    worker.insert(worker.end(), static_cast<std::size_t>(run), n);
  }
  task.define("WORKER", [&](At at) {
    const auto tile = (at[0] * task["H"] + at[1]) * task["C"] + at[2];
    return real(worker.at(static_cast<std::size_t>(tile)));
  });
}

/// Is causal attention; of the devices' shares of the sequence it knows nothing.
void ring_attention(Task& task) {
  task.define("AV", [&](At at) {
    const auto p = at[3] * task["P0"] + at[4];
    return attention_to(task, {at[0], at[1], at[2], p}, first(p + 1));
  });
}

/// Is causal attention of the last P positions.
void context_parallel(Task& task) {
  task.require(task["P"] <= task["M"], "P <= M");
  const auto earlier = task["M"] - task["P"];
  task.define("AV", [&](At at) { return attention_to(task, at, first(earlier + at[3] + 1)); });
}

/// Sums the projections of all heads.
void distributed_mha(Task& task) {
  const auto project = [&](const char* weight, auto b, auto h, auto x, auto p) {
    return sum_of(task["D"],
                  [&](auto d) { return task.in("X")(b, d, p) * task.in(weight)(h, x, d); });
  };
  task.define("Y", [&](At at) {
    const auto [b, d, p] = std::tuple{at[0], at[1], at[2]};
    double sum = 0;
    for (Index h = 0; h < task["H"]; ++h) {
      const auto score = [&, b = b, p = p](auto m) {
        const auto product = sum_of(task["E"], [&](auto e) {
          return project("WQ", b, h, e, p) * project("WK", b, h, e, m);
        });
        return product / root(task["E"]);
      };
      for (Index f = 0; f < task["F"]; ++f) {
        const auto value = [&, b = b](auto m) { return project("WV", b, h, f, m); };
        sum += task.in("WO")(d, h, f) * attend(first(p + 1), score, value);
      }
    }
    return sum;
  });
}

/// Adds the new token to the keys held.
void lamina(Task& task) {
  task.define("AV", [&](At at) {
    const auto [b, f, p] = std::tuple{at[0], at[4], at[5]};
    const auto j = at[1] * task["J0"] + at[2];
    const auto h = j * task["G"] + at[3];
    const auto pick = [&, b = b, p = p](const char* held, const char* added, auto x, auto m) {
      return m < task["M"] ? task.in(held)(b, j, x, m) : task.in(added)(b, j, x, p);
    };
    const auto score = [&, b = b, p = p](auto m) {
      return sum_of(task["E"],
                    [&](auto e) { return task.in("Q")(b, h, e, p) * pick("K", "NK", e, m); });
    };
    return attend(first(task["M"] + 1), score,
                  [&, f = f](auto m) { return pick("V", "NV", f, m); });
  });
}

}  // namespace

Definitions distributed() {
  return {{"lean_attention",
           table({"B", "H", "E", "F", "P", "C", "M0", "N"}, {{2, 2, 3, 5, 3, 5, 3, 3},
                                                             {1, 3, 3, 5, 3, 7, 3, 4},
                                                             {2, 1, 3, 5, 3, 4, 3, 8},
                                                             {1, 1, 3, 5, 3, 3, 3, 5},
                                                             {1, 2, 3, 5, 3, 3, 3, 1}}),
           {},
           lean_attention},
          {"ring_attention",
           table({"B", "H", "E", "F", "D", "P0"},
                 {{2, 2, 3, 5, 4, 2}, {2, 2, 3, 5, 3, 5}, {2, 2, 3, 5, 1, 7}, {2, 2, 3, 5, 5, 1}}),
           {},
           ring_attention},
          {"context_parallel",
           table({"B", "H", "E", "F", "D", "C", "M0", "P"}, {{2, 2, 3, 5, 2, 4, 2, 8},
                                                             {2, 2, 3, 5, 3, 6, 3, 5},
                                                             {2, 2, 3, 5, 1, 2, 5, 3},
                                                             {2, 2, 3, 5, 4, 8, 1, 1},
                                                             {2, 2, 3, 5, 3, 4, 2, 7},
                                                             {2, 2, 3, 5, 2, 7, 2, 3}}),
           {},
           context_parallel},
          {"distributed_mha",
           table({"B", "N", "H0", "E", "F", "D", "P"},
                 {{2, 2, 2, 3, 2, 5, 4}, {2, 3, 1, 3, 2, 5, 7}, {2, 1, 3, 3, 2, 5, 5}}),
           {},
           distributed_mha},
          {"lamina",
           table({"B", "N", "J0", "G", "E", "F", "P", "M"},
                 {{2, 2, 2, 2, 3, 5, 2, 8}, {2, 3, 1, 3, 3, 5, 2, 7}, {2, 1, 3, 1, 3, 5, 2, 7}}),
           {},
           lamina}};
}

}  // namespace attnsim::direct
