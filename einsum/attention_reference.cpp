#include "einsum/attention_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace attnsim::einsum {

namespace {

/// softmax over the keys that query p sees, shape [M]; 0 for those that it does not.
std::vector<double> weights_of_query(const AttentionShape& s, const double* q, const double* k,
                                     std::size_t p, std::size_t seen) {
  std::vector<double> weights(s.keys, 0);
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t m = 0; m < seen; ++m) {
    for (std::size_t e = 0; e < s.e; ++e) weights[m] += q[e * s.queries + p] * k[e * s.keys + m];
    largest = std::max(largest, weights[m]);
  }
  double total = 0;
  for (std::size_t m = 0; m < seen; ++m) {
    weights[m] = std::exp(weights[m] - largest);
    total += weights[m];
  }
  for (auto& weight : weights) weight /= total;
  return weights;
}

void require_size(const std::vector<double>& values, std::size_t size, const char* name) {
  if (values.size() != size) {
    throw std::invalid_argument(std::string("attention_reference: ") + name + " has " +
                                std::to_string(values.size()) + " elements, not " +
                                std::to_string(size));
  }
}

}  // namespace

std::vector<double> attention_reference(const AttentionShape& s, const std::vector<double>& q,
                                        const std::vector<double>& k, const std::vector<double>& v,
                                        AttentionMask mask) {
  const std::size_t fibers = s.batch * s.heads;
  require_size(q, fibers * s.e * s.queries, "Q");
  require_size(k, fibers * s.e * s.keys, "K");
  require_size(v, fibers * s.f * s.keys, "V");
  std::vector<double> result(fibers * s.f * s.queries, 0);
  for (std::size_t bh = 0; bh < fibers; ++bh) {
    for (std::size_t p = 0; p < s.queries; ++p) {
      const std::size_t seen = mask == AttentionMask::causal ? std::min(p + 1, s.keys) : s.keys;
      const auto weights = weights_of_query(s, q.data() + bh * s.e * s.queries,
                                            k.data() + bh * s.e * s.keys, p, seen);
      for (std::size_t f = 0; f < s.f; ++f) {
        const double* values = v.data() + (bh * s.f + f) * s.keys;
        double sum = 0;
        for (std::size_t m = 0; m < s.keys; ++m) sum += weights[m] * values[m];
        result[(bh * s.f + f) * s.queries + p] = sum;
      }
    }
  }
  return result;
}

}  // namespace attnsim::einsum
