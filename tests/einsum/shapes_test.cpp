#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

Cascade split_cascade() {
  return parse_cascade(
      "cascade c\nparam W = 3\nrank A M = M1 * M0\ninput X[a,m] Z[m1,m0]\noutput Y[a] R[]\n"
      "Y[a] = X[a,m] where m < W\nR[] = Z[m1,m0]\n",
      "t");
}

std::string shape_error(const Shapes& given) {
  try {
    static_cast<void>(resolve_shapes(split_cascade(), given));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(ResolveShapes, DerivesTheOneShapeThatIsMissing) {
  const Shapes expected = {{"A", 2}, {"M", 12}, {"M0", 4}, {"M1", 3}, {"W", 3}};
  EXPECT_EQ(resolve_shapes(split_cascade(), {{"A", 2}, {"M", 12}, {"M0", 4}}), expected);
  EXPECT_EQ(resolve_shapes(split_cascade(), {{"A", 2}, {"M", 12}, {"M1", 3}}), expected);
  EXPECT_EQ(resolve_shapes(split_cascade(), {{"A", 2}, {"M0", 4}, {"M1", 3}}), expected);
  EXPECT_EQ(resolve_shapes(split_cascade(), expected), expected);
}

TEST(ResolveShapes, OverridesAParametersDefault) {
  const Shapes shapes =
      resolve_shapes(split_cascade(), {{"A", 1}, {"M1", 1}, {"M0", 1}, {"W", -7}});
  EXPECT_EQ(shapes.at("W"), -7);
}

TEST(ResolveShapes, SaysWhichPartsDoNotFit) {
  EXPECT_EQ(shape_error({{"A", 1}, {"M", 10}, {"M0", 4}}),
            "t: M = M1 * M0 must hold exactly: M = 10 is not a multiple of M0 = 4");
  EXPECT_EQ(shape_error({{"A", 1}, {"M", 10}, {"M0", 4}, {"M1", 2}}),
            "t: M = M1 * M0 must hold exactly: M = 10 is not the product of M1 = 2, M0 = 4");
  EXPECT_EQ(shape_error({{"A", 1}, {"M0", 1LL << 40}, {"M1", 1LL << 40}}),
            "t: the product M = M1 * M0 does not fit in 64 bits");
}

TEST(ResolveShapes, NamesWhatIsMissingUnknownOrTooSmall) {
  EXPECT_EQ(shape_error({{"M", 8}}), "t: no shape is given for rank A, M1, M0");
  EXPECT_EQ(shape_error({{"A", 1}, {"m", 8}}),
            "t: unknown rank or parameter 'm' (known: A, M, M1, M0, W); did you mean 'M'?");
  EXPECT_EQ(shape_error({{"A", 0}}), "t: the shape of rank A must be at least 1, not 0");
  EXPECT_EQ(shape_error({{"A", 1}, {"M0", 1}, {"M1", 1}}), "");
}

}  // namespace
}  // namespace attnsim::einsum
