#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/rewrite_expr.h"
#include "einsum/rewrite_inline.h"
#include "einsum/rewrite_names.h"
#include "einsum/rewrite_rules.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

/// Puts m1, m0 in place of m wherever that keeps the shapes of inputs and outputs: inputs are read
/// through views, and what an output along M needs stays whole.
class Split {
 public:
  explicit Split(const Situation& situation)
      : situation_(situation), from_(situation.cascade), rank_(situation.axis.rank) {
    const auto [outer, inner] = part_names(from_, rank_);
    outer_ = Rank{outer, {}, {}};
    inner_ = Rank{inner, {}, {}};
    whole_ = situation.axis.whole;
    chunked_ = Index{{Term{1, inner, outer_.variable()}, Term{1, "", inner_.variable()}}};
    by_[whole_] = chunked_;
  }

  Outcome run(const std::string& asked) {
    if (const auto why = obstacle(); !why.empty()) return Refusal{asked, why};
    find_kept();
    find_chunked();
    if (chunked_name_.empty()) return {};
    result_.cascade = from_;
    declare();
    result_.cascade.einsums.clear();
    result_.cascade.types.insert(result_.cascade.types.end(), types_.begin(), types_.end());
    for (const auto& einsum : from_.einsums) {
      if (!chunked_name_.contains(einsum.name()) || kept_.contains(einsum.name())) {
        result_.cascade.einsums.push_back(einsum);
      }
      if (!chunked_name_.contains(einsum.name())) continue;
      auto split = chunked(einsum);
      if (!split)
        return Refusal{asked, "an index or condition of " + einsum.name() + " is not " +
                                  "affine with " + to_text(chunked_) + " for " + whole_};
      result_.touched.push_back(split->name());
      result_.cascade.einsums.push_back(*std::move(split));
    }
    chunk_inits();
    result_.condition =
        rank_ + " = " + outer_.name + " * " + inner_.name + ", exactly; only " + "indices change";
    return result_;
  }

 private:
  [[nodiscard]] std::string obstacle() const {
    const Rank& last = last_name();
    if (!last.parts.empty())
      return rank_ + " is " + last.name + " by another name, which has parts";
    for (const auto& rank : from_.ranks) {
      const bool has =
          std::find(rank.parts.begin(), rank.parts.end(), first_name()) != rank.parts.end();
      if (has && last.name != rank_) {
        return rank_ + " is " + last.name + " by another name, and a part of " + rank.name;
      }
    }
    for (const auto& tensor : from_.tensors) {
      if (tensor.generative_rank == rank_) {
        return tensor.name + " is generative along " + rank_ + ", which cannot be split then";
      }
    }
    return "";
  }

  /// C of M = C, the end of the chain of names.
  [[nodiscard]] const Rank& last_name() const {
    const Rank* rank = from_.find_rank(rank_);
    while (rank->parts.size() == 1) rank = from_.find_rank(rank->parts.front());
    return *rank;
  }

  /// P of P = M.
  [[nodiscard]] std::string first_name() const {
    std::string name = rank_;
    const auto is_name_of = [&](const Rank& rank) {
      return rank.parts == std::vector<std::string>{name};
    };
    const auto& ranks = from_.ranks;
    for (auto found = std::find_if(ranks.begin(), ranks.end(), is_name_of); found != ranks.end();
         found = std::find_if(ranks.begin(), ranks.end(), is_name_of)) {
      name = found->name;
    }
    return name;
  }

  [[nodiscard]] bool runs_along(const std::string& tensor) const {
    const auto& ranks = from_.find_tensor(tensor)->ranks;
    return std::find(ranks.begin(), ranks.end(), rank_) != ranks.end();
  }

  [[nodiscard]] std::size_t position_in(const std::string& tensor) const {
    const auto& ranks = from_.find_tensor(tensor)->ranks;
    return static_cast<std::size_t>(std::find(ranks.begin(), ranks.end(), rank_) - ranks.begin());
  }

  [[nodiscard]] bool is_plain(const Access& access) const {
    return runs_along(access.tensor) &&
           as_variable(access.indices[position_in(access.tensor)]) == whole_;
  }

  /// Outputs along the rank, what is read at shifted indices or through views, and what they need.
  void find_kept() {
    for (const auto& view : from_.views) keep(view.right.tensor);
    for (const auto& einsum : from_.einsums) {
      if (from_.find_tensor(einsum.name())->kind == Tensor::Kind::output) keep(einsum.name());
      if (selects(einsum)) {
        for (const auto& access : reads(einsum)) keep(access.tensor);
      }
      for (const auto& access : reads(einsum)) {
        if (runs_along(access.tensor) && !is_plain(access)) keep(access.tensor);
      }
    }
  }

  /// A selection gives a coordinate along the whole rank.
  [[nodiscard]] bool selects(const Einsum& einsum) const {
    bool found = false;
    visit(einsum.value, [&](const Expr& expr) {
      const auto* select = std::get_if<Select>(&expr.node);
      found = found || (select != nullptr && select->variable == whole_);
    });
    return found;
  }

  void keep(const std::string& tensor) {
    const Einsum* einsum = from_.find_einsum(tensor);
    if (einsum == nullptr || !runs_along(tensor) || !kept_.insert(tensor).second) return;
    for (const auto& access : reads(*einsum)) keep(access.tensor);
  }

  /// What runs along the rank and is not kept; and of what is kept, a copy of that which waits for
  /// a whole fiber and is read by what is split.
  void find_chunked() {
    for (std::size_t i = from_.einsums.size(); i-- > 0;) {
      const Einsum& einsum = from_.einsums[i];
      const auto variables = iteration_variables(einsum);
      if (std::find(variables.begin(), variables.end(), whole_) == variables.end()) continue;
      if (selects(einsum)) continue;
      const bool is_kept = kept_.contains(einsum.name());
      if (is_kept && !copied_.contains(einsum.name())) continue;
      chunked_name_[einsum.name()] =
          is_kept ? fresh_name(from_, "B" + einsum.name()) : einsum.name();
      if (is_kept) copy_type(einsum.name());
      for (const auto& access : reads(einsum)) {
        if (is_plain(access) && situation_.levels.available.contains(access.tensor) &&
            situation_.levels.available.at(access.tensor) > 0) {
          copied_.insert(access.tensor);
        }
      }
    }
  }

  void copy_type(const std::string& from) {
    const auto& type = from_.find_tensor(from)->type;
    if (type) types_.push_back({chunked_name_.at(from), *type, {}});
  }

  void declare() {
    auto& ranks = result_.cascade.ranks;
    const auto at = std::find_if(ranks.begin(), ranks.end(),
                                 [&](const Rank& rank) { return rank.name == rank_; });
    // Of P = M, M = C the name C follows the rank that has parts now: C = P, P = M, M = M1 * M0.
    const std::string last = last_name().name;
    if (last != rank_) {
      std::find_if(ranks.begin(), ranks.end(), [&](const Rank& rank) {
        return rank.name == last;
      })->parts = {first_name()};
    }
    at->parts = {outer_.name, inner_.name};
    ranks.insert(at + 1, {outer_, inner_});
  }

  /// A tensor along the rank that is generative along another one.
  void chunk_inits() {
    result_.cascade.inits.clear();
    for (const auto& init : from_.inits) {
      const auto name = chunked_name_.find(init.target.tensor);
      const bool is_chunked = name != chunked_name_.end();
      if (!is_chunked || kept_.contains(init.target.tensor)) result_.cascade.inits.push_back(init);
      if (!is_chunked) continue;
      Init chunked = init;
      chunked.target.tensor = name->second;
      if (runs_along(init.target.tensor)) chunked.target.indices = chunked_indices(init.target);
      if (chunked.from) chunked.from = chunked_expr(*chunked.from);
      result_.cascade.inits.push_back(std::move(chunked));
    }
  }

  std::vector<std::string> chunked_variables(const std::vector<std::string>& variables) const {
    std::vector<std::string> result;
    for (const auto& variable : variables) {
      result.push_back(variable == whole_ ? outer_.variable() : variable);
      if (variable == whole_) result.push_back(inner_.variable());
    }
    return result;
  }

  [[nodiscard]] std::vector<Index> chunked_indices(const Access& access) const {
    std::vector<Index> indices;
    for (std::size_t i = 0; i < access.indices.size(); ++i) {
      if (i != position_in(access.tensor)) {
        indices.push_back(access.indices[i]);
        continue;
      }
      indices.push_back(variable_index(outer_.variable()));
      indices.push_back(variable_index(inner_.variable()));
    }
    return indices;
  }

  /// The view `BK[e,m1,m0] = K[e,m1*M0+m0]`, made when it is first needed.
  std::string view_of(const std::string& tensor) {
    const auto known = views_.find(tensor);
    if (known != views_.end()) return known->second;
    std::vector<std::string> variables;
    for (const auto& rank : from_.find_tensor(tensor)->ranks) {
      variables.push_back(from_.find_rank(rank)->variable());
    }
    View view{plain_access(fresh_name(from_, "B" + tensor), chunked_variables(variables)),
              plain_access(tensor, variables)};
    view.right.indices[position_in(tensor)] = chunked_;
    result_.cascade.views.push_back(view);
    return views_[tensor] = view.left.tensor;
  }

  Expr chunked_read(const Access& access) {
    Access result = access;
    if (is_plain(access)) {
      result.indices = chunked_indices(access);
      const auto computed = chunked_name_.find(access.tensor);
      const bool generative = !from_.find_tensor(access.tensor)->generative_rank.empty();
      if (computed == chunked_name_.end() && generative) return access_expr(access);  // no view can
      result.tensor = computed != chunked_name_.end() ? computed->second : view_of(access.tensor);
    }
    return access_expr(std::move(result));
  }

  std::optional<Einsum> chunked(const Einsum& einsum) {
    Einsum result = einsum;
    result.output.tensor = chunked_name_.at(einsum.name());
    if (runs_along(einsum.name())) result.output.indices = chunked_indices(einsum.output);
    auto value = chunked_expr(einsum.value);
    if (!value) return std::nullopt;
    result.value = *std::move(value);
    rename_reduced(result.value);
    if (einsum.where) {
      result.where =
          substitute(replace_accesses(*einsum.where,
                                      [&](const Access& access) { return chunked_read(access); }),
                     by_);
    }
    if (einsum.where && !result.where) return std::nullopt;
    return result;
  }

  std::optional<Expr> chunked_expr(const Expr& expr) {
    return substitute(
        replace_accesses(expr, [&](const Access& access) { return chunked_read(access); }), by_);
  }

  void rename_reduced(Expr& expr) const {
    if (auto* call = std::get_if<Call>(&expr.node)) {
      for (auto& argument : call->arguments) rename_reduced(argument);
    } else if (auto* reduce = std::get_if<Reduce>(&expr.node)) {
      reduce->variables = chunked_variables(reduce->variables);
      rename_reduced(reduce->argument.front());
    } else if (auto* select = std::get_if<Select>(&expr.node)) {
      for (auto& argument : select->arguments) rename_reduced(argument);
    }
  }

  const Situation& situation_;
  const Cascade& from_;
  std::string rank_;
  std::string whole_;
  Rank outer_;
  Rank inner_;
  Index chunked_;  ///< m1*M0+m0
  Substitution by_;
  std::set<std::string> kept_;
  std::set<std::string> copied_;
  std::map<std::string, std::string> chunked_name_;  ///< of what is computed by chunks
  std::map<std::string, std::string> views_;
  std::vector<TypeDeclaration> types_;  ///< of the copies
  Rewrite result_;
};

}  // namespace

Outcome split_rank(const Situation& situation, std::size_t einsum) {
  const Axis& axis = situation.axis;
  const Einsum& asked = situation.at(einsum);
  if (axis.is_split() || situation.levels.of[einsum] == 0) return {};
  if (!iterates_over(asked, axis) || !reduces_over(asked, axis)) return {};
  return Split(situation).run(asked.name());
}

}  // namespace attnsim::einsum
