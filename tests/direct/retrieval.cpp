// Attention to chunks, cores and hashed blocks of keys that the data choose.
#include <array>

#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Upsamples the scores of chunks.
void dhsa(Task& task) {
  define_attention(task, [&](At at, Index m) {
    std::vector<Keys> chunks;
    std::vector<std::size_t> chunk_of;
    for (Index i = 0; i < task["M"]; ++i) {
      if (i == 0 || task.in("BOUND")(at[0], i) != 0) chunks.emplace_back();
      chunks.back().push_back(i);
      chunk_of.push_back(chunks.size() - 1);
    }
    const auto whole = [&](const std::string& input, Index e, const Keys& chunk) {
      double sum = 0;
      for (const auto i : chunk) sum += task.in(input)(at[0], at[1], e, i);
      return sum / std::sqrt(static_cast<double>(chunk.size()));
    };
    std::vector<double> scores;
    for (const auto& chunk : chunks) {
      scores.push_back(sum_of(task["E"], [&](auto e) {
        return whole("Q", e, chunks[chunk_of[static_cast<std::size_t>(at[3])]]) *
               whole("K", e, chunk);
      }));
    }
    const auto kept = best(task["N"], at[3] + 1,
                           [&](auto i) { return scores[chunk_of[static_cast<std::size_t>(i)]]; });
    return holds(kept, m);
  });
}

/// Sees the tokens of the best regions.
void biformer(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const auto regions = best(task["N"], task["C"], [&](auto c) {
      return pooled_score(task, at, c, at[3] / task["M0"]);
    });
    return holds(regions, m / task["M0"]);
  });
}

/// Sees cores of the groups before.
void cca(Task& task) {
  const Index size = task["M0"];
  const Index near = task["L"];
  const auto core = [&](const std::string& input, At at, Index row, Index c) {
    const auto weights = softmax(
        size, [](auto) { return true; },
        [&](auto i) {
          return score_of(task, {at[0], at[1], 0, c * size + size - 1}, c * size + i);
        });
    return sum_of(size, [&](auto i) {
      return weights[static_cast<std::size_t>(i)] * task.in(input)(at[0], at[1], row, c * size + i);
    });
  };
  task.define("AV", [&](At at) {
    double weighed = 0;
    double total = 0;
    const Index start = std::max<Index>(0, at[3] / size - near + 1);
    for (Index c = 0; c < start; ++c) {
      const double weight = std::exp(sum_of(task["E"], [&](auto e) {
        return task.in("Q")(at[0], at[1], e, at[3]) * core("K", at, e, c);
      }));
      weighed += weight * core("V", at, at[2], c);
      total += weight;
    }
    for (Index m = start * size; m <= at[3]; ++m) {
      const double weight = std::exp(score_of(task, at, m));
      weighed += weight * task.in("V")(at[0], at[1], at[2], m);
      total += weight;
    }
    return weighed / total;
  });
}

/// Adds sampled columns to the blocks of equal hashes.
void hyper_attention(Task& task) {
  const Index size = task["W"];
  task.define("AV", [&](At at) {
    const auto sorted = [&](const std::string& hashes) {
      return best(task["M"], task["M"], [&](auto i) { return -task.in(hashes)(at[0], at[1], i); });
    };
    const auto queries = sorted("HQ");
    const auto keys = sorted("HK");
    const Index block = (std::find(queries.begin(), queries.end(), at[3]) - queries.begin()) / size;
    const Keys own(keys.begin() + block * size,
                   keys.begin() + std::min<Index>(task["M"], (block + 1) * size));
    double weighed = 0;
    double total = 0;
    const auto add = [&](Index m, double times) {
      weighed += times * std::exp(score_of(task, at, m)) * task.in("V")(at[0], at[1], at[2], m);
      total += times * std::exp(score_of(task, at, m));
    };
    for (const auto m : own) add(m, 1);
    for (Index r = 0; r < task["R"]; ++r) {
      const auto m = static_cast<Index>(task.in("SAMPLE")(at[0], at[1], r));
      if (!holds(own, m)) {
        add(m, static_cast<double>(task["M"]) / static_cast<double>(task["R"]));
      }
    }
    return weighed / total;
  });
}

/// Retrieves blocks for a probe of unusual queries.
void act_qkv(Task& task) {
  const auto q = task.in("Q");
  define_attention(task, [&](At at, Index m) {
    std::vector<double> far(static_cast<std::size_t>(task["P"]), 0);
    double all = 0;
    for (Index e = 0; e < task["E"]; ++e) {
      const double mean = sum_of(task["P"], [&](auto p) { return q(at[0], at[1], e, p); }) /
                          static_cast<double>(task["P"]);
      for (Index p = 0; p < task["P"]; ++p) {
        const double square = std::pow(q(at[0], at[1], e, p) - mean, 2);
        far[static_cast<std::size_t>(p)] += square;
        all += square;
      }
    }
    const auto kept = best(task["N"], task["C"], [&](auto c) {
      return sum_of(task["E"], [&](auto e) {
        const double probe = sum_of(task["P"], [&](auto p) {
          return far[static_cast<std::size_t>(p)] / all * q(at[0], at[1], e, p);
        });
        return probe * block_mean(task, "K", at, e, c, task["M0"]);
      });
    });
    return holds(kept, m / task["M0"]);
  });
}

/// The events of a text, split by hand where its surprise exceeds that of the tokens before.
std::vector<Keys> events_of(const Task& task, Index b, double gamma) {
  const auto surprise = task.in("SURPRISE");
  std::vector<Keys> events = {{0}};
  for (Index m = 1; m < task["M"]; ++m) {
    std::vector<double> before;
    for (Index i = std::max<Index>(0, m - task["W"]); i < m; ++i) before.push_back(surprise(b, i));
    const auto count = static_cast<double>(before.size());
    double mean = 0;
    for (const double value : before) mean += value / count;
    double variance = 0;
    for (const double value : before) variance += (value - mean) * (value - mean) / count;
    if (surprise(b, m) > mean + gamma * std::sqrt(variance)) events.emplace_back();
    events.back().push_back(m);
  }
  return events;
}

/// Retrieves events and their neighbours.
void em_llm(Task& task) {
  define_attention(task, [&](At at, Index m) {
    if (m < task["S"] || m >= task["M"] - task["L"]) return true;
    const auto events = events_of(task, at[0], task.in("GAMMA")());
    const auto kept = best(task["N"], static_cast<Index>(events.size()), [&](auto c) {
      double score = 0;
      const auto& event = events[static_cast<std::size_t>(c)];
      for (const auto i : event) {
        score += score_of(task, at, i) / static_cast<double>(event.size());
      }
      return score;
    });
    for (std::size_t c = 0; c < events.size(); ++c) {
      if (!holds(events[c], m)) continue;
      return std::any_of(kept.begin(), kept.end(),
                         [&](auto near) { return std::abs(near - static_cast<Index>(c)) <= 1; });
    }
    return false;
  });
}

/// A group of query heads shares the blocks that it likes best together.
void kinetics(Task& task) {
  task.define("AV", [&](At at) {
    const auto b = at[0];
    const auto j = at[1];
    const auto g = at[2];
    const auto f = at[3];
    const auto product = [&](Index head, const std::string& of, Index column) {
      return sum_of(task["E"], [&](Index e) {
        return task.in("Q")(b, j * task["G"] + head, e) * task.in(of)(b, j, e, column);
      });
    };
    const auto blocks = best(task["N"], task["C"], [&](Index c) {
      return sum_of(task["G"], [&](Index head) { return product(head, "MEAN", c); });
    });
    const auto keys = those(task["M"], [&](Index m) { return holds(blocks, m / task["M0"]); });
    return attend(
        keys, [&, g = g](Index m) { return product(g, "K", m); },
        [&, b = b, j = j, f = f](Index m) { return task.in("V")(b, j, f, m); });
  });
}

}  // namespace

Definitions retrieval() {
  return {{"dhsa", flat({{{"N", 1}}, {{"N", 2}}, {{"N", 9}}}), {{"BOUND", whole(0, 1)}}, dhsa},
          {"biformer", blocked({{{"N", 1}}, {{"N", 2}}, {{"N", 9}}}), {}, biformer},
          {"cca", blocked({{{"L", 1}}, {{"L", 2}}, {{"L", 1}}}), {}, cca},
          {"hyper_attention",
           flat({{{"R", 3}, {"W", 2}}, {{"R", 5}, {"W", 4}}, {{"R", 2}, {"W", 6}}}),
           {{"HQ", whole(0, 7)}, {"HK", whole(0, 7)}, {"SAMPLE", coordinate_of("M")}},
           hyper_attention},
          {"act_qkv",
           blocked({{{"N", 1}, {"P", 3}}, {{"N", 2}, {"P", 7}}, {{"N", 2}, {"P", 5}}}),
           {},
           act_qkv},
          {"em_llm",
           flat({{{"N", 1}, {"P", 3}}, {{"N", 1}, {"P", 7}}, {{"N", 2}, {"P", 5}}}),
           {{"GAMMA", always(0.5)}},
           em_llm},
          {"kinetics",
           table({"B", "J", "G", "E", "F", "C", "M0", "N"},
                 {{2, 2, 2, 4, 3, 4, 2, 2}, {1, 3, 1, 3, 2, 5, 3, 1}, {1, 1, 4, 2, 2, 2, 1, 3}}),
           {},
           kinetics}};
}

}  // namespace attnsim::direct
