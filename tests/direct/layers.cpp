// Layers: of matrix products, and of retention one after the other.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Every projection of the positions of a sequence.
void linear_layers(Task& task) {
  const auto project = [&](const char* weight, At at) {
    return sum_of(task["D"], [&](auto d) {
      return task.in(weight)(at[1], at[2], d) * task.in("X")(at[0], d, at[3]);
    });
  };
  task.define("Q", [&](At at) { return project("WQ", at); });
  task.define("K", [&](At at) { return project("WK", at); });
  task.define("V", [&](At at) { return project("WV", at); });
  const auto joined = [&](Index b, Index d, Index p) {
    return sum_of(task["H"], [&](auto h) {
      return sum_of(task["F"],
                    [&](auto f) { return task.in("WZ")(d, h, f) * task.in("AV")(b, h, f, p); });
    });
  };
  task.define("FFN2", [&](At at) {
    return sum_of(task["S"], [&](auto s) {
      return task.in("W2")(at[1], s) * sum_of(task["D"], [&](auto d) {
               return task.in("W1")(s, d) * joined(at[0], d, at[2]);
             });
    });
  });
}

using Stream = std::vector<std::vector<double>>;  ///< [d][p]

/// One layer of retention in its parallel form: x + sum over m <= p of decay^(p-m) (q.k) x[m].
Stream layer(const Task& task, const Stream& x, Index l) {
  const auto at = [&](auto d, auto p) {
    return x[static_cast<std::size_t>(d)][static_cast<std::size_t>(p)];
  };
  const auto project = [&](const char* weights, auto e, auto p) {
    return sum_of(task["D"], [&](auto d) { return task.in(weights)(l, e, d) * at(d, p); });
  };
  Stream next = x;
  for (Index p = 0; p < task["P"]; ++p) {
    for (Index m = 0; m <= p; ++m) {
      const double match =
          sum_of(task["E"], [&](auto e) { return project("WQ", e, p) * project("WK", e, m); });
      const double weight = match * std::pow(task.in("DECAY")(l), static_cast<double>(p - m));
      for (Index d = 0; d < task["D"]; ++d) {
        next[static_cast<std::size_t>(d)][static_cast<std::size_t>(p)] += weight * at(d, m);
      }
    }
  }
  return next;
}

/// One layer after the other.
void retention_layers(Task& task) {
  const auto d = task["D"];
  const auto p = task["P"];
  task.define("X", [&](At at) {
    Stream x(static_cast<std::size_t>(d), std::vector<double>(static_cast<std::size_t>(p)));
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j < p; ++j) {
        x[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = task.in("X0")(at[0], i, j);
      }
    }
    for (Index l = 0; l < at[2]; ++l) x = layer(task, x, l);
    return x[static_cast<std::size_t>(at[1])][static_cast<std::size_t>(at[3])];
  });
}

}  // namespace

Definitions layers() {
  return {{"linear_layers",
           table({"B", "P", "D", "H", "E", "F", "S"},
                 {{2, 4, 4, 2, 4, 4, 8}, {2, 3, 5, 2, 3, 4, 7}, {1, 7, 1, 3, 1, 2, 5}}),
           {},
           linear_layers},
          {"retention_layers",
           table({"B", "L", "D", "E", "P"}, {{2, 2, 4, 4, 6}, {2, 3, 3, 5, 7}, {2, 1, 1, 1, 5}}),
           {{"WQ", between(-0.5, 0.5)}, {"WK", between(-0.5, 0.5)}, {"DECAY", between(0, 1)}},
           retention_layers}};
}

}  // namespace attnsim::direct
