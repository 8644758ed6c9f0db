#pragma once

#include <functional>
#include <string>
#include <vector>

#include "direct/definition.h"
#include "direct/maths.h"

/// Attention with Q[b,h,e,p], K[b,h,e,m] and V[b,h,f,m], as most algorithms have it.
namespace attnsim::direct {

/// Query p times key m of the sequence and head of `at`.
[[nodiscard]] double dot(const Task& task, At at, Index p, Index m);

/// The score of key m for the query at [b,h,.,p].
[[nodiscard]] double score_of(const Task& task, At at, Index m, const std::string& query = "Q",
                              const std::string& key = "K");

/// The query at [b,h,f,p] attends to the listed keys.
[[nodiscard]] double attention_to(const Task& task, At at, const Keys& keys);

/// Whether the query at [b,h,.,p] sees key m.
using Seen = std::function<bool(At, Index)>;

/// AV[b,h,f,p] is softmax attention over the keys that are seen, and those only.
void define_attention(Task& task, const Seen& seen);

/// Mean over the block `c` of `size` of an input [b,h,e,.].
[[nodiscard]] double block_mean(const Task& task, const std::string& input, At at, Index e, Index c,
                                Index size);

/// The mean query of block r times the mean key of block c.
[[nodiscard]] double pooled_score(const Task& task, At at, Index c, Index r);

/// Three shapes with M = C * M0 keys, the second odd-sized; `more` are further ranks.
[[nodiscard]] std::vector<einsum::Shapes> blocked(const std::vector<einsum::Shapes>& more);

/// Three shapes without blocks.
[[nodiscard]] std::vector<einsum::Shapes> flat(const std::vector<einsum::Shapes>& more);

/// Three shapes of linear attention, the second odd-sized.
[[nodiscard]] std::vector<einsum::Shapes> recurrent(const std::vector<einsum::Shapes>& more);

}  // namespace attnsim::direct
