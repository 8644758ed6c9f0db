// Softmax attention, however its passes over the keys are arranged.
#include "direct/families.h"
#include "direct/seen_keys.h"

namespace attnsim::direct {
namespace {

/// AV is the mean of all values, weighed by the exponentials of their scores.
void attention_to_all(Task& task) {
  define_attention(task, [](At, Index) { return true; });
}

/// As above, of the keys that are not after the query.
void causal_attention(Task& task) {
  define_attention(task, [](At at, Index m) { return m <= at[3]; });
}

// Odd everywhere; a tall one with P > M; a small even one; one key in one and in several parts.
std::vector<einsum::Shapes> whole_keys() {
  return table({"B", "H", "E", "F", "P", "M"}, {{2, 1, 4, 4, 8, 16},
                                                {2, 3, 5, 7, 9, 15},
                                                {1, 2, 8, 4, 17, 6},
                                                {1, 1, 3, 2, 4, 1},
                                                {1, 2, 1, 3, 1, 6}});
}

std::vector<einsum::Shapes> split_keys() {
  return table({"B", "H", "E", "F", "P", "M1", "M0"}, {{2, 1, 4, 4, 8, 4, 4},
                                                       {2, 3, 5, 7, 9, 3, 5},
                                                       {1, 2, 8, 4, 17, 2, 3},
                                                       {1, 1, 1, 1, 1, 1, 1},
                                                       {1, 2, 1, 3, 1, 1, 6},
                                                       {2, 1, 3, 1, 5, 6, 1}});
}

}  // namespace

Definitions attention() {
  return {{"attention_naive", whole_keys(), {}, attention_to_all},
          {"attention_naive_deferred", whole_keys(), {}, attention_to_all},
          {"attention_3pass", whole_keys(), {}, attention_to_all},
          {"attention_3pass_deferred", whole_keys(), {}, attention_to_all},
          {"attention_3pass_causal", whole_keys(), {}, causal_attention},
          {"attention_2pass", split_keys(), {}, attention_to_all},
          {"attention_online", split_keys(), {}, attention_to_all},
          {"attention_splitk", split_keys(), {}, attention_to_all},
          {"attention_flash1", split_keys(), {}, attention_to_all},
          {"attention_1pass", split_keys(), {}, attention_to_all},
          {"attention_1pass_causal", split_keys(), {}, causal_attention},
          {"flash_decoding", split_keys(), {}, attention_to_all}};
}

}  // namespace attnsim::direct
