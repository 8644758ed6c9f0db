// Attention as accelerators and distributed systems split, prune or replace it, against direct
// computations.
#include "einsum/zoo.h"

namespace attnsim::einsum {
namespace {

using Keys = std::vector<std::int64_t>;

Keys first(std::int64_t count) {
  return those(count, [](auto) { return true; });
}

/// Attention of query p to the listed keys, with Q, K and V as in most cascades.
double attention(const Zoo& zoo, const Keys& keys, std::int64_t b, std::int64_t h, std::int64_t f,
                 std::int64_t p) {
  const auto q = zoo.in("Q");
  const auto k = zoo.in("K");
  const auto v = zoo.in("V");
  return attend(
      keys,
      [&](auto m) {
        return sum_of(zoo["E"], [&](auto e) { return q(b, h, e, p) * k(b, h, e, m); });
      },
      [&](auto m) { return v(b, h, f, m); });
}

double score_of(const Zoo& zoo, std::int64_t b, std::int64_t h, std::int64_t m, std::int64_t p) {
  return sum_of(zoo["E"],
                [&](auto e) { return zoo.in("Q")(b, h, e, p) * zoo.in("K")(b, h, e, m); });
}

Draw always(double value) {
  return [=](std::mt19937&) { return value; };
}

TEST(LeanAttention, MergesTheUnequalPartsOfItsWorkers) {
  for (auto [batch, heads, tiles, workers] :
       {std::tuple{2, 2, 5, 3}, {1, 3, 7, 4}, {2, 1, 4, 8}, {1, 1, 3, 5}, {1, 2, 3, 1}}) {
    const Zoo zoo("lean_attention", {{"B", batch},
                                     {"H", heads},
                                     {"E", 3},
                                     {"F", 5},
                                     {"P", 3},
                                     {"C", tiles},
                                     {"M0", 3},
                                     {"N", workers}});
    zoo.expect("AV",
               [&](At at) { return attention(zoo, first(zoo["M"]), at[0], at[1], at[2], at[3]); });
    // Deal the tiles by hand.
    const auto total = batch * heads * tiles;
    Keys worker;
    for (int n = 0; n < workers; ++n) {
      const auto run = total / workers + (n < total % workers ? 1 : 0);
      worker.insert(worker.end(), static_cast<std::size_t>(run), n);
    }
    zoo.expect("WORKER", [&, h = heads, c = tiles](At at) {
      return static_cast<double>(
          worker.at(static_cast<std::size_t>((at[0] * h + at[1]) * c + at[2])));
    });
  }
}

TEST(RingAttention, IsCausalAttention) {
  for (auto [devices, positions] : {std::pair{4, 2}, {3, 5}, {1, 7}, {5, 1}}) {
    const Zoo zoo("ring_attention",
                  {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 5}, {"D", devices}, {"P0", positions}});
    zoo.expect("AV", [&, size = positions](At at) {
      const auto p = at[3] * size + at[4];
      return attention(zoo, first(p + 1), at[0], at[1], at[2], p);
    });
  }
}

TEST(ContextParallel, IsCausalAttentionOfTheLastPositions) {
  for (auto [devices, chunks, size, queries] : {std::tuple{2, 4, 2, 8},
                                                {3, 6, 3, 5},
                                                {1, 2, 5, 3},
                                                {4, 8, 1, 1},
                                                {3, 4, 2, 7},
                                                {2, 7, 2, 3}}) {
    const Zoo zoo("context_parallel", {{"B", 2},
                                       {"H", 2},
                                       {"E", 3},
                                       {"F", 5},
                                       {"D", devices},
                                       {"C", chunks},
                                       {"M0", size},
                                       {"P", queries}});
    const auto earlier = zoo["M"] - queries;
    zoo.expect("AV", [&](At at) {
      return attention(zoo, first(earlier + at[3] + 1), at[0], at[1], at[2], at[3]);
    });
  }
}

TEST(DistributedMha, SumsTheProjectionsOfAllHeads) {
  for (auto [devices, heads, positions] : {std::tuple{2, 2, 4}, {3, 1, 7}, {1, 3, 5}}) {
    const Zoo zoo(
        "distributed_mha",
        {{"B", 2}, {"N", devices}, {"H0", heads}, {"E", 3}, {"F", 2}, {"D", 5}, {"P", positions}});
    const auto project = [&](const char* weight, auto b, auto h, auto x, auto p) {
      return sum_of(5, [&](auto d) { return zoo.in("X")(b, d, p) * zoo.in(weight)(h, x, d); });
    };
    zoo.expect("Y", [&](At at) {
      const auto [b, d, p] = std::tuple{at[0], at[1], at[2]};
      double sum = 0;
      for (std::int64_t h = 0; h < zoo["H"]; ++h) {
        const auto score = [&, b = b, p = p](auto m) {
          const auto product = sum_of(
              3, [&](auto e) { return project("WQ", b, h, e, p) * project("WK", b, h, e, m); });
          return product / std::sqrt(3.0);
        };
        for (std::int64_t f = 0; f < zoo["F"]; ++f) {
          const auto value = [&, b = b](auto m) { return project("WV", b, h, f, m); };
          sum += zoo.in("WO")(d, h, f) * attend(first(p + 1), score, value);
        }
      }
      return sum;
    });
  }
}

TEST(Lasp2, IsCausalLinearAttention) {
  for (auto [devices, positions] : {std::pair{4, 2}, {3, 5}, {1, 7}}) {
    const Zoo zoo("lasp2",
                  {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 5}, {"D", devices}, {"P0", positions}});
    zoo.expect("O", [&, size = positions](At at) {
      const auto p = at[3] * size + at[4];
      return sum_of(p + 1, [&](auto m) {
        return score_of(zoo, at[0], at[1], m, p) * zoo.in("V")(at[0], at[1], at[2], m);
      });
    });
  }
}

TEST(Lamina, AddsTheNewTokenToTheKeysHeld) {
  for (auto [devices, heads, group] : {std::tuple{2, 2, 2}, {3, 1, 3}, {1, 3, 1}}) {
    const Zoo zoo("lamina", {{"B", 2},
                             {"N", devices},
                             {"J0", heads},
                             {"G", group},
                             {"E", 3},
                             {"F", 5},
                             {"P", 2},
                             {"M", 7}});
    zoo.expect("AV", [&, own = heads, size = group](At at) {
      const auto [b, f, p] = std::tuple{at[0], at[4], at[5]};
      const auto j = at[1] * own + at[2];
      const auto h = j * size + at[3];
      const auto pick = [&, b = b, p = p](const char* held, const char* added, auto x, auto m) {
        return m < 7 ? zoo.in(held)(b, j, x, m) : zoo.in(added)(b, j, x, p);
      };
      const auto score = [&, b = b, p = p](auto m) {
        return sum_of(3, [&](auto e) { return zoo.in("Q")(b, h, e, p) * pick("K", "NK", e, m); });
      };
      return attend(first(8), score, [&, f = f](auto m) { return pick("V", "NV", f, m); });
    });
  }
}

TEST(RetrievalAttention, SeesSinksRecentKeysAndTheBestOfTheRest) {
  for (auto [keys, sinks, window, found] :
       {std::tuple{12, 2, 3, 4}, {13, 1, 4, 3}, {7, 0, 1, 9}, {9, 2, 0, 1}}) {
    const Zoo zoo("retrieval_attention", {{"B", 2},
                                          {"H", 2},
                                          {"E", 3},
                                          {"F", 5},
                                          {"P", 3},
                                          {"M", keys},
                                          {"S", sinks},
                                          {"W", window},
                                          {"N", found}});
    zoo.expect("AV", [&, s = sinks, rest = keys - sinks - window, n = found](At at) {
      auto seen = those(zoo["M"], [&](auto m) { return m < s || m >= s + rest; });
      for (const auto i :
           best(n, rest, [&](auto m) { return score_of(zoo, at[0], at[1], s + m, at[3]); })) {
        seen.push_back(s + i);
      }
      return attention(zoo, seen, at[0], at[1], at[2], at[3]);
    });
  }
}

const std::vector<Shapes> three_shapes = {
    {{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"P", 3}, {"M", 8}},
    {{"B", 1}, {"H", 5}, {"E", 5}, {"F", 3}, {"P", 7}, {"M", 11}},
    {{"B", 1}, {"H", 2}, {"E", 1}, {"F", 2}, {"P", 17}, {"M", 1}}};

TEST(Mpcvit, HasReluOrScalingAttentionInAHead) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("mpcvit", shapes,
                  {{"RELU", [](auto& random) { return static_cast<double>(random() % 2); }}});
    zoo.expect("AV", [&](At at) {
      const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
      double total = 0;
      double sum = 0;
      for (std::int64_t m = 0; m < zoo["M"]; ++m) {
        const auto score = score_of(zoo, b, h, m, p) / std::sqrt(static_cast<double>(zoo["E"]));
        const bool dropped = zoo.in("RELU")(h) != 0 && score < 0;
        if (dropped) continue;
        total += score;
        sum += score * zoo.in("V")(b, h, f, m);
      }
      return sum / (zoo.in("RELU")(h) != 0 ? total + 1e-6 : static_cast<double>(zoo["M"]));
    });
  }
}

TEST(Mnnfast, LeavesOutSmallWeightsFromTheValuesOnly) {
  for (const double skip : {0.0, 0.9, 100.0}) {
    for (auto [columns, size] : {std::pair{4, 2}, {3, 5}, {1, 7}}) {
      const Zoo zoo(
          "mnnfast",
          {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 5}, {"P", 3}, {"C", columns}, {"M0", size}},
          {{"SKIP", always(skip)}});
      zoo.expect("AV", [&](At at) {
        double total = 0;
        double sum = 0;
        for (std::int64_t m = 0; m < zoo["M"]; ++m) {
          const auto weight = std::exp(score_of(zoo, at[0], at[1], m, at[3]));
          total += weight;
          if (weight >= skip) sum += weight * zoo.in("V")(at[0], at[1], at[2], m);
        }
        return sum / total;
      });
    }
  }
}

/// A3's candidates of a query: walks each column of keys from its largest and its smallest product.
Keys a3_candidates(const Zoo& zoo, At at) {
  const auto product = [&](auto e, auto m) {
    return zoo.in("Q")(at[0], at[1], e, at[3]) * zoo.in("K")(at[0], at[1], e, m);
  };
  std::vector<double> greedy(static_cast<std::size_t>(zoo["M"]), 0);
  for (const double sign : {1.0, -1.0}) {
    std::vector<Keys> columns;
    for (std::int64_t e = 0; e < zoo["E"]; ++e) {
      columns.push_back(best(zoo["M"], zoo["M"], [&](auto m) { return sign * product(e, m); }));
    }
    std::vector<std::size_t> next(columns.size(), 0);
    for (std::int64_t t = 0; t < zoo["T"]; ++t) {
      double largest = 0;
      std::size_t column = columns.size();
      for (std::size_t e = 0; e < columns.size(); ++e) {
        if (next[e] == columns[e].size()) continue;
        const auto value = sign * product(static_cast<std::int64_t>(e), columns[e][next[e]]);
        if (value > largest) {
          largest = value;
          column = e;
        }
      }
      if (column == columns.size()) break;
      greedy[static_cast<std::size_t>(columns[column][next[column]++])] += sign * largest;
    }
  }
  const auto top =
      best(1, zoo["M"], [&](auto m) { return greedy[static_cast<std::size_t>(m)]; }).front();
  return those(zoo["M"],
               [&](auto m) { return m == top || greedy[static_cast<std::size_t>(m)] > 0; });
}

TEST(A3, AttendsToTheCandidatesNearTheBest) {
  for (const double margin : {0.0, 0.8, 9.0}) {
    for (auto shapes : three_shapes) {
      for (const std::int64_t steps : {1, 6}) {
        shapes["T"] = steps;
        const Zoo zoo("a3", shapes, {{"MARGIN", always(margin)}});
        zoo.expect("AV", [&](At at) {
          const auto candidates = a3_candidates(zoo, at);
          const auto score = [&](auto m) { return score_of(zoo, at[0], at[1], m, at[3]); };
          double largest = score(candidates.front());
          for (const auto m : candidates) largest = std::max(largest, score(m));
          Keys kept;
          for (const auto m : candidates) {
            if (score(m) >= largest - margin) kept.push_back(m);
          }
          return attention(zoo, kept, at[0], at[1], at[2], at[3]);
        });
      }
    }
  }
}

/// The `count` elements of `all` with the largest values, in ascending order.
Keys prune(const Keys& all, double count, const std::map<std::int64_t, double>& value) {
  Keys kept;
  for (const auto i : best(static_cast<std::int64_t>(count), static_cast<std::int64_t>(all.size()),
                           [&](auto n) { return value.at(all[static_cast<std::size_t>(n)]); })) {
    kept.push_back(all[static_cast<std::size_t>(i)]);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

/// One row of a layer of SpAtten: the probability of each token that is left.
std::map<std::int64_t, double> spatten_row(const Zoo& zoo, const Keys& tokens, std::int64_t l,
                                           std::int64_t b, std::int64_t h, std::int64_t p) {
  std::map<std::int64_t, double> row;
  for (const bool low_bits : {false, true}) {
    double total = 0;
    for (const auto m : tokens) {
      const auto score = sum_of(zoo["E"], [&](auto e) {
        const auto low = low_bits ? zoo.in("KL")(l, b, h, e, m) : 0;
        return zoo.in("Q")(l, b, h, e, p) * (zoo.in("KH")(l, b, h, e, m) + low);
      });
      total += row[m] = std::exp(score);
    }
    double largest = 0;
    for (auto& [m, probability] : row) largest = std::max(largest, probability /= total);
    if (largest >= zoo.in("SURE").at({})) break;
  }
  return row;
}

/// All layers of SpAtten, one batch after the other: AV by its coordinates.
std::map<Keys, double> spatten(const Zoo& zoo) {
  std::map<Keys, double> outputs;
  for (std::int64_t b = 0; b < zoo["B"]; ++b) {
    auto tokens = first(zoo["M"]);
    auto heads = first(zoo["H"]);
    std::map<std::int64_t, double> importance;
    std::map<std::int64_t, double> magnitude;
    for (std::int64_t l = 0; l < zoo["L"]; ++l) {
      for (const auto h : heads) {
        for (std::int64_t p = 0; p < zoo["P"]; ++p) {
          const auto row = spatten_row(zoo, tokens, l, b, h, p);
          for (const auto& [m, probability] : row) importance[m] += probability;
          const auto values = prune(tokens, static_cast<double>(zoo["U"]), row);
          for (std::int64_t f = 0; f < zoo["F"]; ++f) {
            auto& output = outputs[{b, l, h, f, p}];
            for (const auto m : values) output += row.at(m) * zoo.in("V")(l, b, h, f, m);
            magnitude[h] += std::abs(output);
          }
        }
      }
      tokens = prune(tokens, zoo.in("TOKENS")(l), importance);
      heads = prune(heads, zoo.in("HEADS")(l), magnitude);
    }
  }
  return outputs;
}

TEST(Spatten, PrunesTokensAndHeadsForGoodAndValuesByRow) {
  for (const double sure : {0.0, 0.25, 1.0}) {
    for (auto [layers, kept, heads] : {std::tuple{3, 3, 2}, {4, 5, 1}, {2, 20, 9}}) {
      for (auto shapes : three_shapes) {
        shapes["L"] = layers;
        shapes["U"] = 2;
        // As many are kept in each layer; a count above what is left keeps all of that.
        const Zoo zoo("spatten", shapes,
                      {{"TOKENS", always(kept)}, {"HEADS", always(heads)}, {"SURE", always(sure)}});
        const auto outputs = spatten(zoo);
        zoo.expect("AV", [&](At at) {
          const auto found = outputs.find(at);
          return found == outputs.end() ? 0 : found->second;
        });
      }
    }
  }
}

TEST(Spatten, BringsNothingBackThatWasPruned) {
  for (const std::int64_t batch : {1, 4}) {
    // Counts go down, but for one layer that would keep more than are left.
    const auto count = [](std::vector<double> counts) {
      return [counts, l = std::size_t{0}](std::mt19937&) mutable { return counts.at(l++); };
    };
    const Zoo zoo(
        "spatten",
        {{"B", batch}, {"L", 6}, {"H", 6}, {"E", 3}, {"F", 2}, {"P", 2}, {"M", 9}, {"U", 4}},
        {{"TOKENS", count({6, 8, 5, 3, 2, 1})},
         {"HEADS", count({4, 6, 3, 2, 1, 1})},
         {"SURE", always(0.2)}});
    const auto outputs = spatten(zoo);
    zoo.expect("AV", [&](At at) {
      const auto found = outputs.find(at);
      return found == outputs.end() ? 0 : found->second;
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
