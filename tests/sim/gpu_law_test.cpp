// Laws that hold for every shipped GPU and kernel, whatever their figures.
#include <gtest/gtest.h>

#include "arch/reader.h"
#include "mappings/reader.h"
#include "sim/gpu.h"

namespace attnsim::sim {
namespace {

using mappings::KernelShapes;

const std::vector<std::string> gpus{"h100_sxm", "h200_sxm"};
const std::vector<std::string> prefills{
    "unfused",      "flash_attention_2", "flash_attention_3", "sigmoid_attention",
    "block_sparse", "sliding_window",    "linear_attention"};
const std::vector<std::string> decodes{"decode_one_block", "flash_decoding", "lean_attention",
                                       "decode_kv8",       "decode_kv4",     "decode_gathered",
                                       "decode_top_k"};

SimResult run(const std::string& gpu, const std::string& name, const KernelShapes& shapes,
              const std::vector<XmlOverride>& overrides = {}) {
  const auto architecture =
      arch::load_architecture(ATTNSIM_SOURCE_DIR "/arch/gpu/" + gpu + ".xml", overrides);
  const auto mapping = mappings::load_mapping(ATTNSIM_SOURCE_DIR "/mappings/gpu/" + name + ".xml");
  return simulate_kernel(architecture,
                         mappings::lower_kernel(*mapping.kernel, architecture, shapes));
}

KernelShapes prefill(const std::string& name, std::int64_t batch, std::int64_t length,
                     std::int64_t width) {
  const bool causal = name == "sliding_window" || name == "linear_attention";
  return {{"B", batch},  {"H", 8},     {"J", 8},     {"P", length},
          {"M", length}, {"E", width}, {"F", width}, {"causal", causal ? 1 : 0}};
}
KernelShapes decode(std::int64_t batch, std::int64_t length, std::int64_t width) {
  return {{"B", batch}, {"H", 32},    {"J", 8},      {"P", 1},      {"M", length},
          {"E", width}, {"F", width}, {"causal", 0}, {"top_k", 200}};
}

void expect_bounded(const std::string& gpu, const std::string& name, const KernelShapes& shapes) {
  const auto result = run(gpu, name, shapes);
  EXPECT_LE(result.bound_cycles, result.cycles) << gpu << ' ' << name;
  EXPECT_GT(result.bound_cycles, 0) << gpu << ' ' << name;
  EXPECT_GT(result.energy_pj, 0) << gpu << ' ' << name;
  for (const auto& unit : result.units) EXPECT_LE(unit.utilization, 1) << name << ' ' << unit.name;
}

/// Beyond what another order of asking may bring, in a kernel that the memory does not bind.
TEST(GpuLaw, NothingGetsFasterWhereMixedTrafficCostsMore) {
  for (const auto& name : prefills) {
    const auto shapes = prefill(name, 4, 2048, 64);
    const auto dear = run("h100_sxm", name, shapes, {{"//mixed_dram/@bandwidth", "2 TB/s"}});
    const auto cheap = run("h100_sxm", name, shapes, {{"//mixed_dram/@bandwidth", "3 TB/s"}});
    EXPECT_LE(cheap.seconds, dear.seconds * 1.02) << name;
    if (name == "unfused") {
      EXPECT_LT(cheap.seconds, 0.95 * dear.seconds);
    }
  }
}

TEST(GpuLaw, NothingIsFasterThanItsBound) {
  for (const auto& gpu : gpus) {
    for (const std::int64_t width : {64, 128}) {
      for (const std::int64_t length : {300, 2048, 5000}) {
        for (const auto& name : prefills) {
          expect_bounded(gpu, name, prefill(name, 2, length, width));
        }
        for (const auto& name : decodes) expect_bounded(gpu, name, decode(4, length, width));
      }
    }
  }
}

TEST(GpuLaw, TwiceTheBatchTakesTwiceAsLongOverManyWaves) {
  for (const auto& name : prefills) {
    const double once = run("h100_sxm", name, prefill(name, 32, 4096, 128)).seconds;
    const double twice = run("h100_sxm", name, prefill(name, 64, 4096, 128)).seconds;
    EXPECT_NEAR(twice / once, 2, 0.06) << name;
  }
}

TEST(GpuLaw, MoreMultiprocessorsAreNotSlowerWherePowerIsNoLimit) {
  for (const auto& name : {"flash_attention_2", "flash_attention_3"}) {
    double last = 1;
    for (const char* count : {"33", "66", "132"}) {
      const double seconds =
          run("h100_sxm", name, prefill(name, 4, 4096, 128),
              {{"//gpu/@multiprocessors", count}, {"//power/@limit", "100000 W"}})
              .seconds;
      EXPECT_LE(seconds, last) << name << ' ' << count;
      last = seconds;
    }
  }
}

TEST(GpuLaw, AHigherPowerLimitIsNotSlower) {
  const auto shapes = prefill("flash_attention_3", 4, 4096, 128);
  double last = 1;
  for (const char* limit : {"400 W", "500 W", "700 W", "1000 W"}) {
    const double seconds =
        run("h100_sxm", "flash_attention_3", shapes, {{"//power/@limit", limit}}).seconds;
    EXPECT_LE(seconds, last * 1.005) << limit;
    last = seconds;
  }
}

TEST(GpuLaw, TheSameInputsGiveTheSameBits) {
  for (const auto& name : {"flash_attention_3", "block_sparse"}) {
    const auto first = run("h100_sxm", name, prefill(name, 2, 3000, 128));
    const auto second = run("h100_sxm", name, prefill(name, 2, 3000, 128));
    EXPECT_EQ(first.seconds, second.seconds);
    EXPECT_EQ(first.energy_pj, second.energy_pj);
    EXPECT_EQ(first.actions, second.actions);
  }
}

}  // namespace
}  // namespace attnsim::sim
