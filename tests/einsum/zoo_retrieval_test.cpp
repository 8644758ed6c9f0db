// Chunks, cores, hashed blocks and events of keys, against each algorithm's definition.
#include "einsum/seen_keys.h"

namespace attnsim::einsum {
namespace {

using Index = std::int64_t;

const std::vector<Shapes> counts = {{{"N", 1}}, {{"N", 2}}, {{"N", 9}}};

TEST(Dhsa, UpsamplesTheScoresOfChunks) {
  for (const auto& shapes : flat(counts)) {
    const Zoo zoo("dhsa", shapes, {{"BOUND", draw_bit}});
    expect_attention(zoo, [&](At at, Index m) {
      std::vector<std::vector<Index>> chunks;
      std::vector<std::size_t> chunk_of;
      for (Index i = 0; i < zoo["M"]; ++i) {
        if (i == 0 || zoo.in("BOUND")(at[0], i) != 0) chunks.emplace_back();
        chunks.back().push_back(i);
        chunk_of.push_back(chunks.size() - 1);
      }
      const auto whole = [&](const std::string& input, Index e, const std::vector<Index>& chunk) {
        double sum = 0;
        for (const auto i : chunk) sum += zoo.in(input)(at[0], at[1], e, i);
        return sum / std::sqrt(static_cast<double>(chunk.size()));
      };
      std::vector<double> scores;
      for (const auto& chunk : chunks) {
        scores.push_back(sum_of(zoo["E"], [&](auto e) {
          return whole("Q", e, chunks[chunk_of[static_cast<std::size_t>(at[3])]]) *
                 whole("K", e, chunk);
        }));
      }
      const auto kept = best(zoo["N"], at[3] + 1,
                             [&](auto i) { return scores[chunk_of[static_cast<std::size_t>(i)]]; });
      return holds(kept, m);
    });
  }
}

TEST(Biformer, SeesTheTokensOfTheBestRegions) {
  for (const auto& shapes : blocked(counts)) {
    const Zoo zoo("biformer", shapes);
    expect_attention(zoo, [&](At at, Index m) {
      const auto regions = best(
          zoo["N"], zoo["C"], [&](auto c) { return pooled_score(zoo, at, c, at[3] / zoo["M0"]); });
      return holds(regions, m / zoo["M0"]);
    });
  }
}

TEST(CoreContextAware, SeesCoresOfTheGroupsBefore) {
  for (const auto& shapes : blocked({{{"L", 1}}, {{"L", 2}}, {{"L", 1}}})) {
    const Zoo zoo("cca", shapes);
    const Index size = zoo["M0"];
    const Index near = shapes.at("L");
    const auto core = [&](const std::string& input, At at, Index row, Index c) {
      const auto weights = softmax(
          size, [](auto) { return true; },
          [&](auto i) {
            return score_of(zoo, {at[0], at[1], 0, c * size + size - 1}, c * size + i);
          });
      return sum_of(size, [&](auto i) {
        return weights[static_cast<std::size_t>(i)] *
               zoo.in(input)(at[0], at[1], row, c * size + i);
      });
    };
    zoo.expect("AV", [&](At at) {
      double weighed = 0;
      double total = 0;
      const Index start = std::max<Index>(0, at[3] / size - near + 1);
      for (Index c = 0; c < start; ++c) {
        const double weight = std::exp(sum_of(zoo["E"], [&](auto e) {
          return zoo.in("Q")(at[0], at[1], e, at[3]) * core("K", at, e, c);
        }));
        weighed += weight * core("V", at, at[2], c);
        total += weight;
      }
      for (Index m = start * size; m <= at[3]; ++m) {
        const double weight = std::exp(score_of(zoo, at, m));
        weighed += weight * zoo.in("V")(at[0], at[1], at[2], m);
        total += weight;
      }
      return weighed / total;
    });
  }
}

TEST(HyperAttention, AddsSampledColumnsToTheBlocksOfEqualHashes) {
  for (const auto& shapes :
       flat({{{"R", 3}, {"W", 2}}, {{"R", 5}, {"W", 4}}, {{"R", 2}, {"W", 6}}})) {
    const auto below_m = [&](std::mt19937& random) {
      return static_cast<double>(
          std::uniform_int_distribution<Index>(0, shapes.at("M") - 1)(random));
    };
    const Zoo zoo("hyper_attention", shapes,
                  {{"HQ", draw_digit}, {"HK", draw_digit}, {"SAMPLE", below_m}});
    const Index size = shapes.at("W");
    zoo.expect("AV", [&](At at) {
      const auto sorted = [&](const std::string& hashes) {
        return best(zoo["M"], zoo["M"], [&](auto i) { return -zoo.in(hashes)(at[0], at[1], i); });
      };
      const auto queries = sorted("HQ");
      const auto keys = sorted("HK");
      const Index block =
          (std::find(queries.begin(), queries.end(), at[3]) - queries.begin()) / size;
      const std::vector<Index> own(keys.begin() + block * size,
                                   keys.begin() + std::min<Index>(zoo["M"], (block + 1) * size));
      double weighed = 0;
      double total = 0;
      const auto add = [&](Index m, double times) {
        weighed += times * std::exp(score_of(zoo, at, m)) * zoo.in("V")(at[0], at[1], at[2], m);
        total += times * std::exp(score_of(zoo, at, m));
      };
      for (const auto m : own) add(m, 1);
      for (Index r = 0; r < zoo["R"]; ++r) {
        const auto m = static_cast<Index>(zoo.in("SAMPLE")(at[0], at[1], r));
        if (!holds(own, m)) {
          add(m, static_cast<double>(zoo["M"]) / static_cast<double>(zoo["R"]));
        }
      }
      return weighed / total;
    });
  }
}

TEST(ActQkv, RetrievesBlocksForAProbeOfUnusualQueries) {
  for (const auto& shapes :
       blocked({{{"N", 1}, {"P", 3}}, {{"N", 2}, {"P", 7}}, {{"N", 2}, {"P", 5}}})) {
    const Zoo zoo("act_qkv", shapes);
    const auto q = zoo.in("Q");
    expect_attention(zoo, [&](At at, Index m) {
      std::vector<double> far(static_cast<std::size_t>(zoo["P"]), 0);
      double all = 0;
      for (Index e = 0; e < zoo["E"]; ++e) {
        const double mean = sum_of(zoo["P"], [&](auto p) { return q(at[0], at[1], e, p); }) /
                            static_cast<double>(zoo["P"]);
        for (Index p = 0; p < zoo["P"]; ++p) {
          const double square = std::pow(q(at[0], at[1], e, p) - mean, 2);
          far[static_cast<std::size_t>(p)] += square;
          all += square;
        }
      }
      const auto kept = best(zoo["N"], zoo["C"], [&](auto c) {
        return sum_of(zoo["E"], [&](auto e) {
          const double probe = sum_of(zoo["P"], [&](auto p) {
            return far[static_cast<std::size_t>(p)] / all * q(at[0], at[1], e, p);
          });
          return probe * block_mean(zoo, "K", at, e, c, zoo["M0"]);
        });
      });
      return holds(kept, m / zoo["M0"]);
    });
  }
}

/// The events of a text, split by hand where its surprise exceeds that of the tokens before.
std::vector<std::vector<Index>> events_of(const Zoo& zoo, Index b, double gamma) {
  const auto surprise = zoo.in("SURPRISE");
  std::vector<std::vector<Index>> events = {{0}};
  for (Index m = 1; m < zoo["M"]; ++m) {
    std::vector<double> before;
    for (Index i = std::max<Index>(0, m - 3); i < m; ++i) before.push_back(surprise(b, i));
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

TEST(EmLlm, RetrievesEventsAndTheirNeighbours) {
  for (const auto& shapes :
       flat({{{"N", 1}, {"P", 3}}, {{"N", 1}, {"P", 7}}, {{"N", 2}, {"P", 5}}})) {
    const Zoo zoo("em_llm", shapes, {{"GAMMA", [](auto&) { return 0.5; }}});
    expect_attention(zoo, [&](At at, Index m) {
      if (m == 0 || m >= zoo["M"] - 2) return true;
      const auto events = events_of(zoo, at[0], 0.5);
      const auto kept = best(zoo["N"], static_cast<Index>(events.size()), [&](auto c) {
        double score = 0;
        const auto& event = events[static_cast<std::size_t>(c)];
        for (const auto i : event) {
          score += score_of(zoo, at, i) / static_cast<double>(event.size());
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
}

}  // namespace
}  // namespace attnsim::einsum
