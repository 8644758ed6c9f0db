#include "einsum/typical.h"

#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

/// A cascade with these typical sizes, on line 4.
std::string with_sizes(const std::string& sizes) {
  return "cascade c\nparam W = 3\nrank M N P = M1 * M0\ntypical " + sizes +
         "\ninput X[m,n] Z[m1,m0]\noutput Y[m] R[]\nY[m] = X[m,n] where m < W\nR[] = Z[m1,m0]\n";
}

Shapes sizes_of(const std::string& sizes, const Shapes& given) {
  return with_typical(parse_cascade(with_sizes(sizes), "t"), given);
}

TEST(Typical, SizesFillWhatIsNotGiven) {
  const Shapes expected = {{"M", 100}, {"N", 12}};
  EXPECT_EQ(sizes_of("N = M / 8", {{"M", 100}}), expected);
  const Shapes given = {{"M", 100}, {"N", 7}};
  EXPECT_EQ(sizes_of("N = M / 8", given), given);
}

TEST(Typical, SizesAreMadeOfThoseAboveThemAndOfParameters) {
  const Shapes expected = {{"M", 1000}, {"W", 64}, {"N", 80}};
  EXPECT_EQ(sizes_of("W = min(64, M) N = W + 2 * 8", {{"M", 1000}}), expected);
  EXPECT_EQ(sizes_of("N = W * 2", {}).at("N"), 6) << "the parameter's default";
}

TEST(Typical, SizesOfUnknownShapesAreLeftOut) { EXPECT_EQ(sizes_of("N = M / 8", {}), Shapes{}); }

TEST(Typical, SizesArePrintedAndReadAgain) {
  const auto cascade =
      parse_cascade(with_sizes("W=64   N = max(1, M/8) M0 = exp2(ceil(log2(P)/2))"), "t");
  const auto text = to_text(cascade);
  EXPECT_THAT(text, testing::HasSubstr(
                        "\ntypical W = 64 N = max(1, M / 8) M0 = exp2(ceil(log2(P) / 2))\n"));
  EXPECT_TRUE(same(cascade, parse_cascade(text, "t")));
  EXPECT_FALSE(same(cascade, parse_cascade(with_sizes("W = 65"), "t")));
}

TEST(Typical, SizesSayWhatIsWrong) {
  EXPECT_EQ(error_of(with_sizes("Q = 4")),
            "t:4:9: unknown rank or parameter 'Q' (known: M, N, P, M1, M0, W)");
  EXPECT_EQ(error_of(with_sizes("N = Q / 4")),
            "t:4:13: unknown rank or parameter 'Q' (known: M, N, P, M1, M0, W)");
  EXPECT_EQ(error_of(with_sizes("N = 4 N = 5")), "t:4:15: 'N' already has a typical size");
  EXPECT_EQ(error_of(with_sizes("N = min(4)")), "t:4:13: min takes 2 arguments, not 1");
  EXPECT_EQ(error_of(with_sizes("N = m / 4")),
            "t:4:13: the typical size of N is made of numbers, ranks, parameters and operators, "
            "not 'm'");
  EXPECT_EQ(error_of(with_sizes("N = X[m,n]")),
            "t:4:13: the typical size of N is made of numbers, ranks, parameters and operators, "
            "not 'X[m,n]'");
  EXPECT_THAT(error_of(with_sizes("n = 4")), testing::HasSubstr("did you mean 'N'?"));
}

TEST(Typical, SizesBeyondWholeNumbersAreRefused) {
  EXPECT_EQ(sizes_of("N = exp2(52)", {}).at("N"), std::int64_t{1} << 52);
  for (const auto* size : {"N = exp2(53)", "N = 1 / 0", "N = log2(0 - 1)"}) {
    EXPECT_THROW(static_cast<void>(sizes_of(size, {})), InputError) << size;
  }
}

TEST(Typical, SizesOfEveryShippedCascadeFitAtTwoLengths) {
  for (const auto& name : shipped_cascades()) {
    const auto cascade = load_cascade(cascade_path(name));
    for (const std::int64_t length : {4096, 65536}) {
      Shapes given = {{"B", 2}, {"H", 12}, {"E", 64}, {"F", 64}, {"D", 768}, {"S", 3072}};
      std::erase_if(given, [&](const auto& size) {
        return cascade.find_rank(size.first) == nullptr ||
               std::any_of(cascade.typicals.begin(), cascade.typicals.end(),
                           [&](const Typical& typical) { return typical.name == size.first; });
      });
      for (const auto* rank : {"P", "M"}) {
        if (cascade.find_rank(rank) != nullptr) given[rank] = length;
      }
      for (const auto& [size, value] : with_typical(cascade, given)) {
        EXPECT_GE(value, cascade.find_param(size) != nullptr ? 0 : 1) << name << " " << size;
      }
    }
  }
}

}  // namespace
}  // namespace attnsim::einsum
