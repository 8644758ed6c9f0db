#include "direct/seen_keys.h"

namespace attnsim::direct {

using einsum::Shapes;

namespace {

std::vector<Shapes> joined(std::vector<Shapes> all, const std::vector<Shapes>& more) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& [rank, shape] : more[i % more.size()]) all[i][rank] = shape;
  }
  return all;
}

}  // namespace

double dot(const Task& task, At at, Index p, Index m) {
  const auto q = task.in("Q");
  const auto k = task.in("K");
  return sum_of(task["E"], [&](auto e) { return q(at[0], at[1], e, p) * k(at[0], at[1], e, m); });
}

double score_of(const Task& task, At at, Index m, const std::string& query,
                const std::string& key) {
  const auto q = task.in(query);
  const auto k = task.in(key);
  return sum_of(task["E"],
                [&](auto e) { return q(at[0], at[1], e, at[3]) * k(at[0], at[1], e, m); });
}

double attention_to(const Task& task, At at, const Keys& keys) {
  const auto v = task.in("V");
  return attend(
      keys, [&](auto m) { return score_of(task, at, m); },
      [&](auto m) { return v(at[0], at[1], at[2], m); });
}

void define_attention(Task& task, const Seen& seen) {
  task.define("AV", [&](At at) {
    return attention_to(task, at, those(task["M"], [&](auto m) { return seen(at, m); }));
  });
}

double block_mean(const Task& task, const std::string& input, At at, Index e, Index c, Index size) {
  const auto x = task.in(input);
  return sum_of(size, [&](auto i) { return x(at[0], at[1], e, c * size + i); }) / real(size);
}

double pooled_score(const Task& task, At at, Index c, Index r) {
  return sum_of(task["E"], [&](auto e) {
    return block_mean(task, "Q", at, e, r, task["M0"]) *
           block_mean(task, "K", at, e, c, task["M0"]);
  });
}

std::vector<Shapes> blocked(const std::vector<Shapes>& more) {
  return joined(table({"B", "H", "E", "F", "C", "M0"},
                      {{2, 2, 4, 4, 4, 2}, {1, 3, 5, 3, 5, 3}, {1, 1, 3, 2, 3, 1}}),
                more);
}

std::vector<Shapes> flat(const std::vector<Shapes>& more) {
  return joined(
      table({"B", "H", "E", "F", "M"}, {{2, 2, 4, 4, 8}, {1, 3, 5, 3, 13}, {1, 4, 3, 2, 6}}), more);
}

std::vector<Shapes> recurrent(const std::vector<Shapes>& more) {
  return joined(
      table({"B", "H", "E", "F", "P"}, {{2, 2, 4, 4, 8}, {1, 3, 5, 3, 9}, {1, 1, 1, 2, 16}}), more);
}

}  // namespace attnsim::direct
