#include "einsum/pass_reach.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "einsum/index_ops.h"

namespace attnsim::einsum {

namespace {

/// The index that a view's variable stands for; none where substitution leaves affine indices.
using Substitution = std::map<std::string, std::optional<Index>>;

std::optional<Index> substitute(const Index& index, const Substitution& bindings) {
  if (!is_affine(index)) return std::nullopt;
  Index result;
  for (const auto& term : index.terms) {
    const auto bound = bindings.find(term.variable);
    if (term.variable.empty() || bound == bindings.end()) {
      result.terms.push_back(term);
      continue;
    }
    if (!bound->second) return std::nullopt;
    for (auto inner : bound->second->terms) {
      if (!inner.rank.empty() && !term.rank.empty()) return std::nullopt;  // M1*M0*m: not a Term
      if (__builtin_mul_overflow(inner.factor, term.factor, &inner.factor)) return std::nullopt;
      if (inner.rank.empty()) inner.rank = term.rank;
      result.terms.push_back(inner);
    }
  }
  return result;
}

struct BaseAccess {
  const Tensor* tensor = nullptr;
  std::vector<std::optional<Index>> indices;
};

BaseAccess behind_views(const Cascade& cascade, const Access& access) {
  BaseAccess base{cascade.find_tensor(access.tensor), {}};
  base.indices.assign(access.indices.begin(), access.indices.end());
  while (base.tensor->kind == Tensor::Kind::view) {
    const View& view = *cascade.find_view(base.tensor->name);
    Substitution bindings;
    for (std::size_t i = 0; i < base.indices.size(); ++i) {
      bindings[*as_variable(view.left.indices[i])] = base.indices[i];
    }
    std::vector<std::optional<Index>> indices;
    for (const auto& index : view.right.indices) indices.push_back(substitute(index, bindings));
    base = {cascade.find_tensor(view.right.tensor), std::move(indices)};
  }
  return base;
}

/// What an index says about one rank of the target.
enum class Distance { here, earlier, end, unknown };

class IndexReader {
 public:
  IndexReader(const PassTarget& target, const std::string& rank)
      : target_(target), rank_(rank), variable_(Rank{rank, {}, {}}.variable()) {}

  [[nodiscard]] Distance distance(const Index& index) const {
    if (const auto offset = as_offset(index); offset && offset->variable == variable_) {
      return offset->offset < 0 ? Distance::earlier : Distance::here;
    }
    if (!is_affine(index)) return Distance::unknown;
    if (variables_of(index).empty()) return counts_from_end(index) ? Distance::end : Distance::here;
    return is_window(index) || is_split(index) ? Distance::here : Distance::unknown;
  }

 private:
  /// Names the rank's own shape: `M1`, `M-1`.
  [[nodiscard]] bool counts_from_end(const Index& index) const {
    return std::any_of(index.terms.begin(), index.terms.end(),
                       [&](const Term& term) { return target_.contains(term.rank); });
  }

  [[nodiscard]] bool is_of_target(const Term& term) const {
    if (target_.contains(term.rank)) return true;
    const auto is_its_variable = [&](const std::string& rank) {
      return term.variable == Rank{rank, {}, {}}.variable();
    };
    return is_its_variable(target_.whole) ||
           std::any_of(target_.parts.begin(), target_.parts.end(), is_its_variable);
  }

  /// `m + w`, `m - W`: the variable once and things of other ranks, which bound the window.
  [[nodiscard]] bool is_window(const Index& index) const {
    return all_others_foreign(index, {Term{1, "", variable_}});
  }

  /// `m1*M0+m0`, perhaps with things of other ranks: an element of the chunk at hand.
  [[nodiscard]] bool is_split(const Index& index) const {
    if (rank_ != target_.whole || target_.parts.size() != 2) return false;
    const auto outer = Rank{target_.parts[0], {}, {}}.variable();
    const auto inner = Rank{target_.parts[1], {}, {}}.variable();
    return all_others_foreign(index, {Term{1, target_.parts[1], outer}, Term{1, "", inner}});
  }

  [[nodiscard]] bool all_others_foreign(const Index& index, const std::vector<Term>& own) const {
    auto left = index.terms;
    for (const auto& term : own) {
      const auto found = std::find(left.begin(), left.end(), term);
      if (found == left.end()) return false;
      left.erase(found);
    }
    return std::none_of(left.begin(), left.end(),
                        [&](const Term& term) { return is_of_target(term); });
  }

  const PassTarget& target_;
  const std::string& rank_;
  std::string variable_;
};

}  // namespace

const Tensor& base_tensor(const Cascade& cascade, const Access& access) {
  return *behind_views(cascade, access).tensor;
}

Reach reach_of(const Cascade& cascade, const PassTarget& target, const Access& access) {
  const BaseAccess base = behind_views(cascade, access);
  // By depth, outermost first: what is certain about an outer chunk decides before an inner one.
  std::map<std::size_t, Distance> distances;
  for (std::size_t i = 0; i < base.indices.size() && i < base.tensor->ranks.size(); ++i) {
    const auto& rank = base.tensor->ranks[i];
    if (!target.contains(rank) || target.depth_of(rank) > target.depth) continue;
    const auto distance =
        base.indices[i] ? IndexReader(target, rank).distance(*base.indices[i]) : Distance::unknown;
    // RM[m1] of a tensor written at m1+1 is the value of the chunk before.
    const bool lags = rank == base.tensor->generative_rank && base.indices[i] &&
                      as_variable(*base.indices[i]).has_value();
    distances[target.depth_of(rank)] =
        lags && distance == Distance::here ? Distance::earlier : distance;
  }
  for (const auto& [depth, distance] : distances) {
    if (distance == Distance::earlier) return {std::nullopt, depth, false, false};
    if (distance == Distance::end) return {depth, std::nullopt, true, false};
    if (distance == Distance::unknown) return {depth, std::nullopt, false, true};
  }
  return {};
}

}  // namespace attnsim::einsum
