// The linear layers are the matrix products that their names say, by plain loops.
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

constexpr std::size_t batch = 2;
constexpr std::size_t positions = 3;
constexpr std::size_t width = 5;
constexpr std::size_t heads = 2;
constexpr std::size_t e = 3;
constexpr std::size_t f = 4;
constexpr std::size_t hidden = 7;

using Data = std::vector<double>;

Data random_data(std::size_t size, std::mt19937& random) {
  std::uniform_real_distribution<double> distribution(-1, 1);
  Data data(size);
  for (auto& value : data) value = distribution(random);
  return data;
}

/// out[b,n,p] = sum over k of in[b,k,p] weights[n,k]; heads and widths are one index.
Data product(const Data& in, const Data& weights, std::size_t columns) {
  const auto depth = weights.size() / columns;
  Data out(batch * columns * positions, 0);
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t n = 0; n < columns; ++n) {
      for (std::size_t k = 0; k < depth; ++k) {
        for (std::size_t p = 0; p < positions; ++p) {
          out[(b * columns + n) * positions + p] +=
              in[(b * depth + k) * positions + p] * weights[n * depth + k];
        }
      }
    }
  }
  return out;
}

void expect_equal(const Data& found, const Data& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12);
}

TEST(LinearLayersCascade, IsSixMatrixProducts) {
  std::mt19937 random(1);
  const auto x = random_data(batch * width * positions, random);
  const auto av = random_data(batch * heads * f * positions, random);
  const auto wq = random_data(heads * e * width, random);
  const auto wk = random_data(heads * e * width, random);
  const auto wv = random_data(heads * f * width, random);
  const auto wz = random_data(width * heads * f, random);
  const auto w1 = random_data(hidden * width, random);
  const auto w2 = random_data(width * hidden, random);

  const auto values =
      evaluate(load_cascade(cascade_path("linear_layers")),
               {{"B", 2}, {"P", 3}, {"D", 5}, {"H", 2}, {"E", 3}, {"F", 4}, {"S", 7}},
               {{"X", {{2, 5, 3}, x}},
                {"AV", {{2, 2, 4, 3}, av}},
                {"WQ", {{2, 3, 5}, wq}},
                {"WK", {{2, 3, 5}, wk}},
                {"WV", {{2, 4, 5}, wv}},
                {"WZ", {{5, 2, 4}, wz}},
                {"W1", {{7, 5}, w1}},
                {"W2", {{5, 7}, w2}}});

  expect_equal(values.at("Q").data, product(x, wq, heads * e));
  expect_equal(values.at("K").data, product(x, wk, heads * e));
  expect_equal(values.at("V").data, product(x, wv, heads * f));
  expect_equal(values.at("FFN2").data,
               product(product(product(av, wz, width), w1, hidden), w2, width));
}

}  // namespace
}  // namespace attnsim::einsum
