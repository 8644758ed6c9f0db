#include <chrono>
#include <cmath>
#include <gmock/gmock.h>

#include "einsum/cascade_files.h"
#include "einsum/derive.h"
#include "einsum/random_inputs.h"

// Every shipped cascade is derived, over its keys or the rank of most passes. What it comes to is
// the table below: a change there is a change of what derivation can do.
namespace attnsim::einsum {
namespace {

std::string rank_of(const Cascade& cascade) {
  return cascade.find_rank("M") != nullptr ? "M" : rank_of_most_passes(cascade);
}

/// Shapes and numbers are not those that `derive` itself checks with.
void expect_same_results(const Cascade& original, const Derivation& derivation) {
  Shapes given;
  for (const auto& rank : original.ranks) {
    if (rank.parts.empty()) given[rank.name] = 2;
  }
  const auto shapes = resolve_shapes(original, given);
  const auto inputs = random_inputs(original, shapes, 99);
  const auto expected = evaluate(original, shapes, inputs);
  Shapes split = shapes;
  const auto& parts = derivation.result.find_rank(derivation.rank)->parts;
  const bool is_new = original.find_rank(derivation.rank)->parts != parts;
  if (is_new) split[parts.back()] = 1;
  const auto actual = evaluate(derivation.result, split, inputs);
  for (const auto& output : original.outputs) {
    const auto& a = expected.at(output.tensor).data;
    const auto& b = actual.at(output.tensor).data;
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!std::isfinite(a[i])) continue;
      ASSERT_NEAR(a[i], b[i], 1e-9 * std::max(1.0, std::fabs(a[i])))
          << original.name << " " << output.tensor;
    }
  }
}

std::string line_of(const Cascade& cascade, const Derivation& derivation) {
  return cascade.name + " " + derivation.rank + " " + std::to_string(derivation.passes_before) +
         " -> " + std::to_string(derivation.passes_after) + "\n";
}

const std::string expected_table = R"(a2sf M 4 -> 4
a3 M 4 -> 4
aaren P 2 -> 2
act_qkv M 3 -> 3
additive_attention M 2 -> 1
agent_attention M 2 -> 1
anchor_attention M 3 -> 3
attention_1pass M 1 -> 1
attention_1pass_causal M 1 -> 1
attention_2pass M 2 -> 1
attention_3pass M 3 -> 1
attention_3pass_causal M 3 -> 1
attention_3pass_deferred M 2 -> 1
attention_3pass_gqa M 3 -> 1
attention_3pass_sink_window M 3 -> 1
attention_3pass_split_kv S 3 -> 1
attention_3pass_window M 3 -> 1
attention_flash1 M 1 -> 1
attention_naive M 2 -> 1
attention_naive_deferred M 1 -> 1
attention_online M 2 -> 1
attention_splitk M 1 -> 1
based M 2 -> 2
biformer M 1 -> 1
cca M 2 -> 2
combiner P 2 -> 2
context_parallel M 2 -> 1
delta_rule E 2 -> 2
dhsa M 4 -> 4
distributed_mha M 2 -> 1
duo_attention M 2 -> 1
dynamic_mask_attention M 3 -> 3
em_llm M 3 -> 3
flash_decoding M 1 -> 1
flex_prefill M 5 -> 5
flowformer M 4 -> 3
gated_linear_attention B 1 -> 1
gaussian_adaptive M 1 -> 1
gna M 2 -> 1
gna_3d M 2 -> 1
grouped_query M 3 -> 1
hgrn2 B 1 -> 1
hip_attention M 0 -> 0
hybrid_linear_attention M 2 -> 2
hybridna M 3 -> 3
hyper_attention M 2 -> 2
kinetics M 0 -> 0
kronecker_attention M 2 -> 2
lamina M 2 -> 1
landmark M 0 -> 0
lasp2 B 1 -> 1
lean_attention M 2 -> 2
lexical_unit_decoding M 2 -> 1
lightnet P 2 -> 2
lightning_attention B 1 -> 1
linear_layers D 2 -> 2
lizard M 2 -> 2
longheads M 3 -> 3
low_rank_mhsa M 2 -> 1
masformer M 2 -> 1
minference_block_sparse M 3 -> 3
minference_vertical_slash M 5 -> 4
miras E 3 -> 3
mnnfast M 1 -> 1
moa M 2 -> 1
moh M 2 -> 1
mpcvit M 2 -> 2
music_transformer M 2 -> 1
natten M 2 -> 1
pointer_network M 3 -> 2
positional_attention M 3 -> 1
qserve M 2 -> 1
razor_attention M 2 -> 2
rcmha M 2 -> 1
recycled_attention M 3 -> 3
retention_layers D 2 -> 2
retrieval_attention M 2 -> 1
ring_attention M0 2 -> 2
routing_transformer M 2 -> 1
s2_attention M 2 -> 1
sea M 3 -> 3
seer_attention M 3 -> 3
sigma M 2 -> 1
sigmoid_attention M 1 -> 1
sink_lora M 2 -> 1
sliding_window M 2 -> 1
snap_kv M 6 -> 5
softmax_only M 3 -> 2
softplus_attention M 2 -> 2
spatten M 6 -> 6
streaming_llm M 2 -> 1
task_kv M 3 -> 3
tidal_decode M 2 -> 1
titans E 2 -> 2
token_select M 5 -> 4
tree_attention M 2 -> 1
visual_token_exit M 3 -> 3
)";

TEST(DerivationOfTheZoo, GetsAsFarAsTheTableSays) {
  std::string table;
  for (const auto& name : shipped_cascades()) {
    const auto cascade = load_cascade(cascade_path(name));
    const auto derivation = derive(cascade, rank_of(cascade));  // throws InputError at worst
    table += line_of(cascade, derivation);
    EXPECT_EQ(derivation.passes_after > 1, !derivation.obstacles.empty()) << name;
    for (const auto& obstacle : derivation.obstacles) {
      EXPECT_GT(obstacle.place.line, 0) << name << " " << obstacle.einsum;
      EXPECT_NE(obstacle.reason, "") << name;
    }
    expect_same_results(cascade, derivation);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(table, expected_table);
}

}  // namespace
}  // namespace attnsim::einsum
