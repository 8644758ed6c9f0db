// Stacks of layers of linear and of softmax attention.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// A layer's input or output: [d][p].
using Sequence = std::vector<std::vector<double>>;

/// Row `row` of a weight times position p of the sequence.
double project(const Reader& weight, Keys row, const Sequence& x, Index p) {
  double sum = 0;
  row.push_back(0);
  for (const auto& feature : x) {
    sum += weight.at(row) * feature[static_cast<std::size_t>(p)];
    ++row.back();
  }
  return sum;
}

Sequence input_of(const Task& task, Index b) {
  Sequence x;
  for (Index d = 0; d < task["D"]; ++d) {
    x.emplace_back();
    for (Index p = 0; p < task["P"]; ++p) x.back().push_back(task.in("X")(b, d, p));
  }
  return x;
}

/// The sequence with `change(d, p)` added to each element.
Sequence with_residual(const Sequence& x, const std::function<double(Index, Index)>& change) {
  Sequence y = x;
  for (std::size_t d = 0; d < x.size(); ++d) {
    for (std::size_t p = 0; p < x[d].size(); ++p) {
      y[d][p] += change(static_cast<Index>(d), static_cast<Index>(p));
    }
  }
  return y;
}

/// Is a layer of Mamba and one of attention.
void hybridna(Task& task) {
  std::vector<Sequence> mixed;
  for (Index b = 0; b < task["B"]; ++b) {
    const auto x = input_of(task, b);
    const auto step = [&](auto h, auto p) {
      return std::log1p(std::exp(task.in("TB")(h) + project(task.in("WT"), {h}, x, p)));
    };
    const auto mamba = [&, states = task["N"]](auto h, auto i, auto p) {
      double out = task.in("SKIP")(h)*project(task.in("WX"), {h, i}, x, p);
      double elapsed = 0;
      for (auto m = p; m >= 0; --m) {
        const double match = sum_of(states, [&](auto s) {
          return project(task.in("WC"), {s}, x, p) * project(task.in("WB"), {s}, x, m);
        });
        out += std::exp(-elapsed * std::exp(task.in("ALOG")(h))) * match * step(h, m) *
               project(task.in("WX"), {h, i}, x, m);
        elapsed += step(h, m);
      }
      const double gate = project(task.in("WG"), {h, i}, x, p);
      return out * gate * logistic(gate);
    };
    mixed.push_back(with_residual(x, [&](auto to, auto p) {
      return sum_of(task["H"], [&](auto h) {
        return sum_of(task["F"], [&](auto i) { return task.in("WO")(to, h, i) * mamba(h, i, p); });
      });
    }));
  }
  task.define("O", [&](At at) {
    const auto& y = mixed[static_cast<std::size_t>(at[0])];
    const auto head = [&](auto g, auto i) {
      const auto score = [&](auto m) {
        return sum_of(task["E"], [&](auto k) {
          return project(task.in("WQ"), {g, k}, y, at[2]) * project(task.in("WK"), {g, k}, y, m) /
                 root(task["E"]);
        });
      };
      return attend(first(at[2] + 1), score, [&](auto m) {
        return project(task.in("WV"), {g, i}, y, m);
      });
    };
    return y[static_cast<std::size_t>(at[1])][static_cast<std::size_t>(at[2])] +
           sum_of(task["G"], [&](auto g) {
             return sum_of(task["C"],
                           [&](auto i) { return task.in("WZ")(at[1], g, i) * head(g, i); });
           });
  });
}

/// Has a full layer after R linear ones.
void hybrid_linear_attention(Task& task) {
  std::vector<std::vector<Sequence>> after(static_cast<std::size_t>(task["B"]));  // [b][l]
  for (Index b = 0; b < task["B"]; ++b) {
    auto& stack = after[static_cast<std::size_t>(b)];
    stack.push_back(input_of(task, b));
    for (Index l = 0; l < task["L"]; ++l) {
      const auto x = stack.back();
      const auto of = [&](const char* weight, auto h, auto i, auto p) {
        return project(task.in(weight), {l, h, i}, x, p);
      };
      const auto gated = [&](auto h, auto i, auto p) {
        return sum_of(task["E"], [&](auto k) {
          double left = of("WQ", h, k, p);
          double out = 0;
          for (auto m = p; m >= 0; --m) {
            out += left * of("WK", h, k, m) * of("WV", h, i, m);
            left *= logistic(of("WG", h, k, m));
          }
          return out;
        });
      };
      const auto full = [&](auto h, auto i, auto p) {
        const auto score = [&](auto m) {
          return sum_of(task["E"], [&](auto k) {
            return of("WQ", h, k, p) * of("WK", h, k, m) / root(task["E"]);
          });
        };
        return attend(first(p + 1), score, [&](auto m) { return of("WV", h, i, m); });
      };
      const bool is_full = (l + 1) % (task["R"] + 1) == 0;
      stack.push_back(with_residual(x, [&](auto to, auto p) {
        return sum_of(task["H"], [&](auto h) {
          return sum_of(task["F"], [&](auto i) {
            return task.in("WZ")(l, to, h, i) * (is_full ? full(h, i, p) : gated(h, i, p));
          });
        });
      }));
    }
  }
  task.define("Y", [&](At at) {
    return after[static_cast<std::size_t>(at[0])][static_cast<std::size_t>(at[2])]
                [static_cast<std::size_t>(at[1])][static_cast<std::size_t>(at[3])];
  });
}

}  // namespace

// A layer of linear attention is cubic in its input: small inputs and weights keep a stack bounded.
Definitions hybrids() {
  return {{"hybridna",
           table({"B", "D", "N", "H", "F", "G", "E", "C", "P"}, {{2, 4, 2, 2, 2, 2, 2, 2, 6},
                                                                 {2, 5, 3, 1, 3, 3, 2, 1, 7},
                                                                 {2, 2, 1, 3, 1, 1, 1, 4, 9}}),
           {},
           hybridna},
          {"hybrid_linear_attention",
           table({"R", "L", "B", "D", "H", "E", "F", "P"},
                 {{1, 4, 2, 4, 2, 2, 2, 5}, {3, 5, 2, 3, 1, 5, 3, 7}, {2, 2, 2, 2, 2, 1, 2, 6}}),
           {{"X", between(-0.5, 0.5)},
            {"WQ", between(-0.3, 0.3)},
            {"WK", between(-0.3, 0.3)},
            {"WZ", between(-0.3, 0.3)}},
           hybrid_linear_attention}};
}

}  // namespace attnsim::direct
