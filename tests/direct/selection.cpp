// Attention to single keys that the data choose.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// Holds the best by a score that decays.
void a2sf(Task& task) {
  define_attention(task, [&](At at, Index m) {
    Keys cache;
    std::map<Index, double> score;
    for (Index p = 0;; ++p) {
      cache.push_back(p);
      if (p == at[3]) return holds(cache, m);
      const auto weights = softmax(
          task["M"], [&](auto i) { return holds(cache, i); },
          [&](auto i) {
            return score_of(task, {at[0], at[1], 0, p}, i);
          });
      for (const auto i : cache) {
        score[i] = task.in("ALPHA")() * score[i] + weights[static_cast<std::size_t>(i)];
      }
      cache = best_of(
          task["N"], task["M"], [&](auto i) { return holds(cache, i); },
          [&](auto i) { return score[i]; });
    }
  });
}

/// Reuses the selection of the last full step.
void recycled_attention(Task& task) {
  define_attention(task, [&](At at, Index m) {
    const Index now = task["M"] - task["P"] + at[3];
    const Index full = at[3] - at[3] % task["S"];
    if (m > now || at[3] == full) return m <= now;
    const Index then = task["M"] - task["P"] + full;
    const auto kept = best(task["N"], then + 1, [&](auto i) {
      return score_of(task, {at[0], at[1], 0, full}, i);
    });
    return m > then || holds(kept, m);
  });
}

/// Takes the keys that the heads vote for.
void token_select(Task& task) {
  const Index sinks = task["S"];
  const Index recent = task["M"] - task["W"];
  const auto between = [&](Index i) { return i >= sinks && i < recent; };
  define_attention(task, [&](At at, Index m) {
    std::vector<double> votes(static_cast<std::size_t>(task["M"]), 0);
    for (Index h = 0; h < task["H"]; ++h) {
      const auto share = softmax(task["M"], between, [&](auto i) {
        return score_of(task, {at[0], h, 0, at[3]}, i);
      });
      for (std::size_t i = 0; i < share.size(); ++i) votes[i] += share[i];
    }
    const auto kept = best_of(task["N"], task["M"], between,
                              [&](auto i) { return votes[static_cast<std::size_t>(i)]; });
    return !between(m) || holds(kept, m);
  });
}

/// Keeps what the observation window attends to.
void snap_kv(Task& task) {
  const Index prefix = task["M"] - task["W"];
  define_attention(task, [&](At at, Index m) {
    std::vector<double> votes(static_cast<std::size_t>(task["M"]), 0);
    for (Index w = 0; w < task["W"]; ++w) {
      const auto share = softmax(
          task["M"], [&](auto i) { return i <= prefix + w; },
          [&](auto i) {
            return score_of(task, {at[0], at[1], 0, w}, i, "OQ");
          });
      for (std::size_t i = 0; i < share.size(); ++i) votes[i] += share[i];
    }
    const auto kept = best(task["N"], prefix, [&](auto i) {
      double pooled = 0;
      for (Index j = std::max<Index>(0, i - task["L"] / 2);
           j < std::min(prefix, i + task["L"] / 2 + 1); ++j) {
        pooled += votes[static_cast<std::size_t>(j)];
      }
      return pooled / static_cast<double>(task["L"]);
    });
    return m >= prefix || holds(kept, m);
  });
}

/// Adds the mask to the keys that it keeps.
void dynamic_mask_attention(Task& task) {
  const auto v = task.in("V");
  task.define("AV", [&](At at) {
    const auto mask = [&](Index m) {
      const double z = sum_of(task["H"], [&](auto j) {
        return sum_of(task["F"],
                      [&](auto f) { return task.in("DELTA")(at[1], j, f) * v(at[0], j, f, m); });
      });
      return std::exp(task.in("COEF")(at[1]) * std::log1p(std::exp(z)));
    };
    return attend(
        best(task["N"], at[3] + 1, mask), [&](auto m) { return score_of(task, at, m) + mask(m); },
        [&](auto m) { return v(at[0], at[1], at[2], m); });
  });
}

/// Drops the visual tokens for good.
void visual_token_exit(Task& task) {
  const auto mean = [&](const std::string& input, Index b, Index l, Index d, Index count) {
    return sum_of(count, [&](auto i) { return task.in(input)(b, l, d, i); }) /
           static_cast<double>(count);
  };
  const auto exits = [&](Index b, Index l) {
    return sum_of(task["I"], [&](auto i) {
             const double hidden = sum_of(task["D"], [&](auto d) {
               return task.in("WT")(l, i, d) * mean("XT", b, l, d, task["R"]) +
                      task.in("WV")(l, i, d) * mean("XV", b, l, d, task["M"]);
             });
             return task.in("WG")(l, i) * std::max(0.0, hidden);
           }) > 0;
  };
  task.define("AV", [&](At at) {
    bool alive = true;
    for (Index l = 0; l <= at[1]; ++l) alive = alive && !exits(at[0], l);
    const auto key = [&](const std::string& visual, const std::string& text, Index at_e, Index i) {
      return i < task["M"] ? task.in(visual)(at[0], at[1], at[2], at_e, i)
                           : task.in(text)(at[0], at[1], at[2], at_e, i - task["M"]);
    };
    const auto keys = those(task["M"] + task["R"],
                            [&](auto i) { return i < task["M"] ? alive : i - task["M"] <= at[4]; });
    return attend(
        keys,
        [&](auto i) {
          return sum_of(task["E"], [&](auto e) {
            return task.in("Q")(at[0], at[1], at[2], e, at[4]) * key("K", "TK", e, i);
          });
        },
        [&](auto i) { return key("V", "TV", at[3], i); });
  });
}

}  // namespace

Definitions selection() {
  return {
      {"a2sf", flat({{{"N", 3}}, {{"N", 4}}, {{"N", 7}}}), {{"ALPHA", always(0.6)}}, a2sf},
      {"recycled_attention",
       flat({{{"P", 3}, {"N", 2}, {"S", 3}},
             {{"P", 7}, {"N", 3}, {"S", 7}},
             {{"P", 6}, {"N", 1}, {"S", 2}}}),
       {},
       recycled_attention},
      {"token_select",
       flat({{{"P", 3}, {"N", 2}}, {{"P", 7}, {"N", 4}, {"S", 2}, {"W", 3}}, {{"P", 6}, {"N", 9}}}),
       {},
       token_select},
      {"snap_kv",
       flat({{{"P", 3}, {"N", 2}, {"W", 2}, {"L", 3}},
             {{"P", 7}, {"N", 4}, {"W", 3}, {"L", 5}},
             {{"P", 6}, {"N", 9}, {"W", 1}, {"L", 1}}}),
       {},
       snap_kv},
      {"dynamic_mask_attention",
       flat({{{"N", 2}}, {{"N", 5}}, {{"N", 9}}}),
       {},
       dynamic_mask_attention},
      {"visual_token_exit",
       flat({{{"L", 3}, {"R", 3}, {"D", 3}, {"I", 2}},
             {{"L", 5}, {"R", 7}, {"D", 5}, {"I", 3}},
             {{"L", 2}, {"R", 1}, {"D", 2}, {"I", 4}}}),
       {},
       visual_token_exit}};
}

}  // namespace attnsim::direct
