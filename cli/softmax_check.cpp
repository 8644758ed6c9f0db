#include "cli/softmax_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace attnsim::cli {
namespace {

using einsum::AttentionMask;
using einsum::Cascade;

void require_attention(const Cascade& cascade) {
  using Ranks = std::vector<std::string>;
  const std::array<std::pair<const char*, Ranks>, 4> expected{{{"Q", {"B", "H", "E", "P"}},
                                                               {"K", {"B", "H", "E", "M"}},
                                                               {"V", {"B", "H", "F", "M"}},
                                                               {"AV", {"B", "H", "F", "P"}}}};
  bool fits = cascade.inputs.size() == 3 && cascade.outputs.size() == 1;
  for (const auto& [name, ranks] : expected) {
    const auto* tensor = cascade.find_tensor(name);
    fits = fits && tensor != nullptr && tensor->ranks == ranks;
  }
  if (fits) return;
  throw InputError(cascade.file,
                   "--check compares attention only: Q[b,h,e,p] K[b,h,e,m] V[b,h,f,m] -> "
                   "AV[b,h,f,p], which cascade " +
                       cascade.name + " is not");
}

/// The ways to write "the key is not after the query", one for each way to index keys.
std::vector<std::string> causal_texts(const Cascade& cascade) {
  std::vector<std::string> keys{"m"};
  for (const auto& view : cascade.views) {
    for (const auto& index : view.right.indices) keys.push_back(to_text(index));
  }
  std::vector<std::string> texts;
  for (const auto& key : keys) {
    texts.push_back(key + " <= p");
    texts.push_back("p >= " + key);
  }
  return texts;
}

AttentionMask mask_of(const Cascade& cascade) {
  auto mask = AttentionMask::none;
  const auto causal = causal_texts(cascade);
  for (const auto& einsum : cascade.einsums) {
    if (!einsum.where) continue;
    const auto text = to_text(*einsum.where);
    if (std::find(causal.begin(), causal.end(), text) == causal.end()) {
      throw InputError(einsum.where->place, "--check knows no reference for where " + text +
                                                " (known: no condition, m <= p)");
    }
    mask = AttentionMask::causal;
  }
  return mask;
}

double max_abs_error(const std::vector<double>& found, const std::vector<double>& expected) {
  double error = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto difference = std::fabs(found[i] - expected[i]);
    if (std::isnan(difference)) return difference;
    error = std::max(error, difference);
  }
  return error;
}

}  // namespace

SoftmaxCheck check_softmax(const Cascade& cascade, const einsum::Shapes& shapes,
                           const einsum::Values& inputs, const einsum::Values& outputs) {
  require_attention(cascade);
  const auto extent = [&](const char* rank) { return static_cast<std::size_t>(shapes.at(rank)); };
  const einsum::AttentionShape shape{extent("B"), extent("H"), extent("E"),
                                     extent("F"), extent("P"), extent("M")};
  SoftmaxCheck check;
  check.mask = mask_of(cascade);
  const auto expected = einsum::attention_reference(shape, inputs.at("Q").data, inputs.at("K").data,
                                                    inputs.at("V").data, check.mask);
  check.max_abs_error = max_abs_error(outputs.at("AV").data, expected);
  return check;
}

}  // namespace attnsim::cli
