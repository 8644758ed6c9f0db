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
                   "--check knows no definition of " + cascade.name +
                       " (known: those of the shipped cascades), and it is not softmax attention: "
                       "Q[b,h,e,p] K[b,h,e,m] V[b,h,f,m] -> AV[b,h,f,p]");
}

einsum::Index plain(const char* variable) { return {{{1, "", variable}}}; }

/// "The key is not after the query": m <= p, also the other way round, and with m as a view of the
/// keys spells it (m1*M0+m0), or a whole chunk of keys (m1*M0: some key of it is not after).
bool is_causal(const Cascade& cascade, const einsum::Condition& condition) {
  if (condition.kind != einsum::Condition::Kind::comparison) return false;
  const auto& [left, comparator, right] = condition.comparison;
  const bool turned = comparator == einsum::Comparator::greater_equal;
  if (!turned && comparator != einsum::Comparator::less_equal) return false;
  const auto& key = turned ? right : left;
  const auto& query = turned ? left : right;
  std::vector<einsum::Index> keys{plain("m")};
  for (const auto& view : cascade.views) {
    keys.push_back(view.right.indices.back());
    auto chunk = view.right.indices.back();
    std::erase_if(chunk.terms, [](const einsum::Term& term) { return term.rank.empty(); });
    keys.push_back(std::move(chunk));
  }
  return query == plain("p") && std::find(keys.begin(), keys.end(), key) != keys.end();
}

AttentionMask mask_of(const Cascade& cascade) {
  auto mask = AttentionMask::none;
  for (const auto& einsum : cascade.einsums) {
    if (!einsum.where) continue;
    if (!is_causal(cascade, *einsum.where)) {
      throw InputError(einsum.where->place, "--check knows no definition of " + cascade.name +
                                                " and no softmax attention where " +
                                                to_text(*einsum.where) +
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
