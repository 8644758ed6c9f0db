// The published FuseMax attention energies against our action counts under the same rules.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/recurrence_executor.h"
#include "validation/fusemax_rows.h"
#include "validation/recount_reader.h"

namespace attnsim::validation {
namespace {

struct Ran {
  PublishedRow row;
  arch::Architecture architecture;
  sim::SimResult result;
  RecountRules rules;

  [[nodiscard]] double energy(const RecountRules& by) const {
    return recounted_energy(architecture, result, by);
  }
};

std::vector<Ran> run_all(const std::string& configuration) {
  const auto rules =
      load_recounts(std::string(ATTNSIM_SOURCE_DIR) + "/validation/published/fusemax_recount.xml");
  std::vector<Ran> all;
  for (const auto& row : published(configuration)) {
    const auto inputs = explore::load_inputs(point_of(row));
    const auto lowered = explore::lower(inputs);
    auto result =
        sim::summarize(inputs.architecture, lowered, sim::execute_recurrence(lowered.schedule));
    const auto length = workloads::parse_sequence_length(row.sequence_length);
    all.push_back({row, inputs.architecture, std::move(result),
                   rules_for(rules.at(configuration), length, inputs.shapes)});
  }
  return all;
}

/// Every row, and each rule matters to one.
void expect_published(const std::string& configuration, double tolerance) {
  const auto all = run_all(configuration);
  ASSERT_EQ(all.size(), 24U);
  std::set<std::string> idle;
  for (const auto& rule : all.front().rules) idle.insert(rule.name);
  for (const auto& ran : all) {
    SCOPED_TRACE(name_of(ran.row));
    const auto energy = ran.energy(ran.rules);
    EXPECT_NEAR(energy / ran.row.energy_pj, 1.0, tolerance);
    EXPECT_DOUBLE_EQ(ran.energy({}), ran.result.energy_pj);
    for (const auto& rule : ran.rules) {
      const auto change = ran.energy(without(ran.rules, rule.name)) / energy - 1;
      if (std::abs(change) > 0.001) idle.erase(rule.name);
    }
  }
  EXPECT_TRUE(idle.empty()) << *idle.begin() << " changes no row by 0.1 %";
}

// What is left at 1M is that our mapping holds fewer queries, and so reads K and V again more
// often.
TEST(PublishedEnergy, OfUnfusedIsRecounted) { expect_published("unfused", 0.0005); }

// What is left is GM and SD, which our 1D array fetches for every 256 scores of a row.
TEST(PublishedEnergy, OfFlatIsRecounted) { expect_published("flat", 0.0005); }

TEST(PublishedEnergy, OfTheOnePassCascadeOnFlatsArraysIsRecounted) {
  expect_published("cascade", 0.0001);
}

// What is left is RM, which ours reads from the buffer twice for each chunk of keys.
TEST(PublishedEnergy, OfFuseMaxWithoutItsBindingIsRecounted) {
  expect_published("architecture", 0.0002);
}
TEST(PublishedEnergy, OfFuseMaxIsRecounted) { expect_published("binding", 0.0002); }

/// Mean over the rows of binding's energy over FLAT's.
template <class Energy>
double headline(const std::vector<Ran>& binding, const std::vector<Ran>& flat,
                const Energy& energy) {
  double sum = 0;
  for (std::size_t i = 0; i < flat.size(); ++i) sum += energy(binding[i]) / energy(flat[i]);
  return sum / static_cast<double>(flat.size());
}

TEST(PublishedEnergy, HasItsHeadlineRecounted) {
  const auto binding = run_all("binding");
  const auto flat = run_all("flat");
  const auto published_ratio =
      headline(binding, flat, [](const Ran& ran) { return ran.row.energy_pj; });
  EXPECT_NEAR(published_ratio, 0.7875, 0.00005);
  EXPECT_NEAR(headline(binding, flat, [](const Ran& ran) { return ran.energy(ran.rules); }),
              published_ratio, 0.0001);
  EXPECT_NEAR(
      headline(binding, flat,
               [](const Ran& ran) { return ran.energy(without(ran.rules, "64-bit wrap")); }),
      0.7945, 0.0001);
}

}  // namespace
}  // namespace attnsim::validation
