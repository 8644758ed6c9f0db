#include <cmath>
#include <gmock/gmock.h>
#include <random>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

struct Case {
  AttentionShape shape;
  std::size_t m0 = 1;
};

const Case odd = {{2, 3, 5, 7, 9, 15}, 5};

std::vector<double> random_values(std::size_t size, std::mt19937& random) {
  std::uniform_real_distribution<double> distribution(-1, 1);
  std::vector<double> values(size);
  for (auto& value : values) value = distribution(random);
  return values;
}

std::int64_t extent(std::size_t value) { return static_cast<std::int64_t>(value); }

/// The largest difference between the cascade's AV and the reference's.
double error_of_cascade(const std::string& name, const Case& test_case, AttentionMask mask) {
  const Cascade cascade = load_cascade(cascade_path(name));
  const auto& s = test_case.shape;
  std::mt19937 random(42);
  const auto q = random_values(s.batch * s.heads * s.e * s.queries, random);
  const auto k = random_values(s.batch * s.heads * s.e * s.keys, random);
  const auto v = random_values(s.batch * s.heads * s.f * s.keys, random);
  const auto b = extent(s.batch);
  const auto h = extent(s.heads);
  const auto m = extent(s.keys);
  Shapes shapes = {
      {"B", b}, {"H", h}, {"E", extent(s.e)}, {"F", extent(s.f)}, {"P", extent(s.queries)},
      {"M", m}};
  if (cascade.find_rank("M0") != nullptr) shapes["M0"] = extent(test_case.m0);

  const Values values = evaluate(cascade, shapes,
                                 {{"Q", {{b, h, extent(s.e), extent(s.queries)}, q}},
                                  {"K", {{b, h, extent(s.e), m}, k}},
                                  {"V", {{b, h, extent(s.f), m}, v}}});

  const auto expected = attention_reference(s, q, k, v, mask);
  const auto& av = values.at("AV").data;
  EXPECT_EQ(av.size(), expected.size());
  double error = 0;
  for (std::size_t i = 0; i < av.size(); ++i) {
    EXPECT_TRUE(std::isfinite(av[i])) << name << " at " << i;
    error = std::max(error, std::fabs(av[i] - expected[i]));
  }
  return error;
}

TEST(AttentionReference, IsWhatCascadesComputeUnderItsMask) {
  EXPECT_LT(error_of_cascade("attention_3pass", odd, AttentionMask::none), 1e-12);
  EXPECT_LT(error_of_cascade("attention_1pass_causal", odd, AttentionMask::causal), 1e-12);
  EXPECT_GT(error_of_cascade("attention_3pass", odd, AttentionMask::causal), 1e-3);
  EXPECT_GT(error_of_cascade("attention_1pass_causal", odd, AttentionMask::none), 1e-3);
}

TEST(AttentionCascades, OfOnePassAreTheTwelveEinsumsOfFuseMax) {
  const Cascade cascade = load_cascade(cascade_path("attention_1pass"));
  std::vector<std::string> names;
  for (const auto& einsum : cascade.einsums) names.push_back(einsum.name());
  EXPECT_THAT(names, testing::ElementsAre("QK", "LM", "RM", "SLN", "SLD", "PRM", "SPD", "RD",
                                          "SLNV", "SPNV", "RNV", "AV"));
  EXPECT_EQ(cascade.find_tensor("RM")->generative_rank, "M1");
  EXPECT_EQ(cascade.find_tensor("RNV")->ranks,
            (std::vector<std::string>{"B", "H", "F", "M1", "P"}));
  EXPECT_EQ(cascade.find_tensor("SPD")->generative_rank, "");
}

TEST(AttentionReference, OfOneKeyIsItsValue) {
  const auto av = attention_reference({1, 1, 2, 1, 3, 1}, {1, 2, 3, 4, 5, 6}, {7, 8}, {0.5});
  EXPECT_THAT(av, testing::ElementsAre(0.5, 0.5, 0.5));
}

TEST(AttentionReference, WeighsTwoKeysByTheirExponentials) {
  // Scores ln 3 and 0, so weights 3/4 and 1/4; the causal mask hides the second key from query 0.
  const std::vector<double> q = {1, 1};
  const std::vector<double> k = {std::log(3.0), 0};
  const auto none = attention_reference({1, 1, 1, 1, 2, 2}, q, k, {4, 8});
  EXPECT_NEAR(none[0], 5, 1e-14);
  const auto causal = attention_reference({1, 1, 1, 1, 2, 2}, q, k, {4, 8}, AttentionMask::causal);
  EXPECT_EQ(causal[0], 4);
  EXPECT_NEAR(causal[1], 5, 1e-14);
}

TEST(AttentionReference, RejectsAVectorOfTheWrongSize) {
  EXPECT_THAT(
      [] {
        static_cast<void>(attention_reference({}, {1}, {1, 2}, {1}));
      },
      testing::ThrowsMessage<std::invalid_argument>(
          "attention_reference: K has 2 elements, not 1"));
}

}  // namespace
}  // namespace attnsim::einsum
