// Attention with weights of other kinds than the softmax of q . k.
#include <tuple>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Weighs every key by itself, as the definition of the sigmoid with bias -log M has it.
void sigmoid_attention(Task& task) {
  const auto keys = task["M"];
  const auto v = task.in("V");
  task.define("AV", [&](At at) {
    return sum_of(keys, [&](auto m) {
      const double scaled = dot(task, at, at[3], m) / std::sqrt(static_cast<double>(task["E"]));
      const double weight = std::exp(scaled) / (std::exp(scaled) + static_cast<double>(keys));
      return weight * v(at[0], at[1], at[2], m);
    });
  });
}

/// Sharpens rows that sum to one.
void softplus_attention(Task& task) {
  const double to = real(task["POW"]);
  task.define("AV", [&](At at) {
    const auto length = static_cast<double>(at[3] + 1);
    const double scale =
        std::log(static_cast<double>(task["E"])) * std::log(length) / root(task["E"]);
    std::vector<double> row;
    for (Index m = 0; m <= at[3]; ++m) {
      row.push_back(std::log1p(std::exp(scale * dot(task, at, at[3], m))));
    }
    const auto normalize = [&] {
      double total = 0;
      for (const double weight : row) total += weight;
      for (double& weight : row) weight /= total;
    };
    normalize();
    for (double& weight : row) {
      weight = std::pow(std::max(0.0, length * weight - task.in("OFFSET")(at[1])), to);
    }
    normalize();
    return sum_of(at[3] + 1, [&](auto m) {
      return row[static_cast<std::size_t>(m)] * task.in("V")(at[0], at[1], at[2], m);
    });
  });
}

/// Attends to pairs of positions.
void kronecker_attention(Task& task) {
  const auto keys = task["M"];
  const auto in_pair = [&](At at, const char* one, const char* two, auto x, auto pair) {
    return task.in(one)(at[0], at[1], x, pair / keys) * task.in(two)(at[0], at[1], x, pair % keys);
  };
  task.define("AV", [&](At at) {
    const auto score = [&](auto pair) {
      return sum_of(task["E"],
                    [&](auto e) {
                      return task.in("Q")(at[0], at[1], e, at[3]) *
                             in_pair(at, "K1", "K2", e, pair);
                    }) /
             static_cast<double>(task["E"]);
    };
    return attend(first(keys * keys), score,
                  [&](auto pair) { return in_pair(at, "V1", "V2", at[2], pair); });
  });
}

/// Is attention with weights of low rank.
void low_rank_mhsa(Task& task) {
  task.define("Z", [&](At at) {
    const auto x = [&](const char* down, const char* up, auto h, auto i, auto p) {
      return sum_of(task["D"], [&](auto from) {
        const double weight = sum_of(
            task["R"], [&](auto k) { return task.in(up)(h, i, k) * task.in(down)(k, from); });
        return weight * task.in("X")(at[0], from, p);
      });
    };
    const auto attended = [&](auto h, auto i) {
      const auto score = [&](auto m) {
        return sum_of(task["E"], [&](auto k) {
          return x("EQ", "DQ", h, k, at[2]) * x("EK", "DK", h, k, m) / root(task["E"]);
        });
      };
      return attend(first(task["P"]), score, [&](auto m) { return x("EV", "DV", h, i, m); });
    };
    return sum_of(task["H"], [&](auto h) {
      return sum_of(task["F"], [&](auto i) {
        const double weight = sum_of(
            task["R"], [&](auto k) { return task.in("DZ")(at[1], k) * task.in("EZ")(k, h, i); });
        return weight * attended(h, i);
      });
    });
  });
}

/// Weighs by Gaussians around the mean.
void gaussian_adaptive(Task& task) {
  const double pi = std::acos(-1);
  const auto size = task["M0"];
  const auto count = task["N"];
  task.define("Y", [&](At at) {
    const auto x = [&](auto i) { return task.in("X")(at[0], at[1], at[2] * size + i); };
    const double mean = sum_of(size, x) / real(size);
    const double squares = sum_of(size, [&](auto i) { return x(i) * x(i); });
    const double deviation = std::sqrt((squares - real(size) * mean * mean) / real(size - 1));
    const auto mixture = [&](auto i) {
      double density = 1;
      for (Index n = 0; n < count; ++n) {
        const double width = task.in("WIDTH")(at[2], n);
        const double z = (x(i) - (mean + task.in("DELTA")(at[2], n))) / deviation;
        density *= std::exp(-z * z / (2 * width * width)) / std::sqrt(2 * pi * width * width);
      }
      return density;
    };
    return x(at[3]) * mixture(at[3]) / sum_of(size, mixture);
  });
}

/// Guides the entropy of its heads.
void softmax_only(Task& task) {
  const auto weight = [&](At at, Index p, Index key) {
    const auto score = [&](auto m) {
      return dot(task, at, p, m) / task.in("T")(at[1], p) / root(task["E"]);
    };
    return attend(first(p + 1), score, [&](auto m) { return m == key ? 1.0 : 0.0; });
  };
  const auto entropy = [&](At at, Index p) {
    return sum_of(p + 1, [&](auto m) {
      const double a = weight(at, p, m);
      return -a * std::log(a);
    });
  };
  task.define("AV", [&](At at) {
    return sum_of(at[3] + 1, [&](auto m) {
      return weight(at, at[3], m) * task.in("V")(at[0], at[1], at[2], m);
    });
  });
  task.define("ENTROPY", [&](At at) { return entropy(at, at[2]); });
  task.define("PENALTY", [&](At at) {
    const double most = std::log(static_cast<double>(task["M"]));
    const double mean =
        sum_of(task["P"], [&](auto p) { return entropy(at, p); }) / static_cast<double>(task["P"]);
    const double off = mean - task.in("THETA")(at[1]) * most;
    return std::fabs(off) > real(task["TOL"]) * most / 100 ? off * off : 0;
  });
}

/// Has ReLU or scaling attention in a head.
void mpcvit(Task& task) {
  task.define("AV", [&](At at) {
    const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
    double total = 0;
    double sum = 0;
    for (Index m = 0; m < task["M"]; ++m) {
      const auto score = score_of(task, at, m) / std::sqrt(static_cast<double>(task["E"]));
      const bool dropped = task.in("RELU")(h) != 0 && score < 0;
      if (dropped) continue;
      total += score;
      sum += score * task.in("V")(b, h, f, m);
    }
    return sum / (task.in("RELU")(h) != 0 ? total + 1e-6 : static_cast<double>(task["M"]));
  });
}

}  // namespace

Definitions scores() {
  return {{"sigmoid_attention",
           recurrent({{{"M", 8}}, {{"M", 13}}, {{"M", 1}}}),
           {},
           sigmoid_attention},
          {"softplus_attention",
           recurrent({{{"M", 8}, {"POW", 3}}, {{"M", 9}, {"POW", 1}}, {{"M", 16}, {"POW", 15}}}),
           {{"OFFSET", between(0, 0.9)}},
           softplus_attention},
          {"kronecker_attention",
           recurrent({{{"M", 5}}, {{"M", 5}}, {{"M", 9}}}),
           {},
           kronecker_attention},
          {"low_rank_mhsa",
           table({"B", "D", "R", "H", "E", "F", "P"},
                 {{2, 6, 2, 2, 3, 4, 5}, {2, 5, 3, 3, 2, 1, 7}, {2, 3, 1, 1, 1, 2, 4}}),
           {},
           low_rank_mhsa},
          {"gaussian_adaptive",
           table({"B", "H", "M0", "F", "N"}, {{2, 2, 4, 3, 2}, {2, 3, 5, 2, 1}, {2, 1, 7, 1, 3}}),
           {{"WIDTH", between(0.5, 2)}},
           gaussian_adaptive},
          {"softmax_only",
           recurrent({{{"M", 8}, {"TOL", 5}}, {{"M", 9}, {"TOL", 40}}, {{"M", 16}, {"TOL", 0}}}),
           {{"T", between(0.3, 2)}, {"THETA", between(0, 1)}},
           softmax_only},
          {"mpcvit",
           table({"B", "H", "E", "F", "P", "M"},
                 {{2, 2, 4, 4, 3, 8}, {1, 5, 5, 3, 7, 11}, {1, 2, 1, 2, 17, 1}}),
           {{"RELU", whole(0, 1)}},
           mpcvit}};
}

}  // namespace attnsim::direct
