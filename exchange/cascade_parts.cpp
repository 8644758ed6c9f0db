#include "exchange/cascade_parts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "einsum/checker.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"

namespace attnsim::exchange {
namespace {

using einsum::Access;
using einsum::Cascade;
using einsum::Einsum;

std::string variable_of(const std::string& rank) { return einsum::Rank{rank, {}, {}}.variable(); }

bool is_rank_name(const std::string& name) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return !name.empty() && is_capital(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_capital(c) || (c >= '0' && c <= '9'); });
}

std::string rank_of(const std::string& variable) {
  auto name = variable;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

bool is_zero(const einsum::Index& index) {
  return std::all_of(index.terms.begin(), index.terms.end(), [](const einsum::Term& term) {
    return term.variable.empty() && term.rank.empty() && term.part.empty() && term.factor == 0;
  });
}

bool gives_first_value(const Einsum& einsum) {
  return !einsum.where &&
         std::any_of(einsum.output.indices.begin(), einsum.output.indices.end(), is_zero);
}

einsum::Init init_of(const Einsum& einsum) {
  einsum::Init init{einsum.output, 0, einsum.value};
  if (const auto* number = std::get_if<einsum::Number>(&einsum.value.node)) {
    init.value = number->value;
    init.from.reset();
  }
  return init;
}

/// `m1*M0+m0` as {"M1", "M0"}; nothing for any other index.
std::vector<std::string> split_of(const einsum::Index& index) {
  if (index.terms.size() != 2) return {};
  auto outer = index.terms[0];
  auto inner = index.terms[1];
  if (outer.rank.empty()) std::swap(outer, inner);
  const bool plain = outer.part.empty() && inner.part.empty() && outer.factor == 1 &&
                     inner.factor == 1 && inner.rank.empty() && !outer.variable.empty() &&
                     !inner.variable.empty();
  if (!plain || outer.rank != rank_of(inner.variable)) return {};
  return {rank_of(outer.variable), rank_of(inner.variable)};
}

class Builder {
 public:
  explicit Builder(const CascadeParts& parts) : parts_(parts) {
    cascade_.name = parts.name;
    cascade_.file = parts.place.file;
    cascade_.header = parts.header;
    cascade_.params = parts.params;
    cascade_.typicals = parts.typicals;
    for (const auto& tensor : parts.tensors) declare(tensor);
    for (const auto& einsum : parts.einsums) computed_.insert(einsum.name());
  }

  Cascade run() {
    for (const auto& einsum : parts_.einsums) add(einsum);
    for (const auto& tensor : parts_.tensors) {
      if (!computed_.contains(tensor.name)) cascade_.inputs.push_back(access_of(tensor));
      for (const auto& rank : tensor.ranks) add_rank(rank, tensor.place);
    }
    for (const auto& einsum : parts_.einsums) add_ranks_of(einsum);
    for (const auto& einsum : cascade_.einsums) add_output(einsum);
    if (cascade_.einsums.empty()) throw InputError(parts_.place, "computes nothing: add an Einsum");
    return einsum::check(std::move(cascade_));
  }

 private:
  void declare(const DeclaredTensor& tensor) {
    if (!declared_.emplace(tensor.name, &tensor).second) {
      throw InputError(tensor.place, "the tensor '" + tensor.name + "' is declared twice");
    }
    for (const auto& rank : tensor.ranks) {
      if (is_rank_name(rank)) continue;
      throw InputError(tensor.place, "'" + rank + "' names no rank of '" + tensor.name +
                                         "': capitals and digits, as in M or K0");
    }
  }

  static Access access_of(const DeclaredTensor& tensor) {
    Access access{tensor.name, {}, tensor.place};
    for (const auto& rank : tensor.ranks) {
      access.indices.push_back(einsum::variable_index(variable_of(rank)));
    }
    return access;
  }

  /// The declared rank that the view splits, with its parts; nothing if it splits none.
  void add(const Einsum& einsum) {
    if (gives_first_value(einsum)) {
      cascade_.inits.push_back(init_of(einsum));
    } else if (splits(einsum)) {
      cascade_.views.push_back({einsum.output, std::get<Access>(einsum.value.node)});
    } else {
      cascade_.einsums.push_back(einsum);
    }
  }

  bool splits(const Einsum& einsum) {
    const auto* const access = std::get_if<Access>(&einsum.value.node);
    if (access == nullptr || einsum.where || computed_.contains(access->tensor)) return false;
    const auto found = declared_.find(access->tensor);
    if (found == declared_.end() || found->second->ranks.size() != access->indices.size()) {
      return false;
    }
    bool any = false;
    for (std::size_t i = 0; i < access->indices.size(); ++i) {
      const auto parts = split_of(access->indices[i]);
      if (parts.empty()) continue;
      any = true;
      parts_of_[found->second->ranks[i]] = parts;
    }
    return any;
  }

  void add_rank(const std::string& name, const Place& place) {
    if (!known_.insert(name).second) return;
    const auto split = parts_of_.find(name);
    const auto parts = split == parts_of_.end() ? std::vector<std::string>() : split->second;
    cascade_.ranks.push_back({name, parts, place});
    for (const auto& part : parts) {
      if (known_.insert(part).second) {
        cascade_.ranks.push_back({part, {}, place});
      } else {
        move_behind(part, name);
      }
    }
  }

  /// The parts of a rank stand behind it.
  void move_behind(const std::string& part, const std::string& whole) {
    auto& ranks = cascade_.ranks;
    const auto is = [](const std::string& name) {
      return [&name](const einsum::Rank& rank) { return rank.name == name; };
    };
    const auto from = std::find_if(ranks.begin(), ranks.end(), is(part));
    const auto to = std::find_if(ranks.begin(), ranks.end(), is(whole));
    if (from != ranks.end() && to != ranks.end() && from < to) std::rotate(from, from + 1, to + 1);
  }

  void add_ranks_of(const Einsum& einsum) {
    auto variables = einsum::output_variables(einsum);
    for (const auto& variable : einsum::variables_used(einsum.value)) variables.push_back(variable);
    for (const auto& variable : variables) {
      if (cascade_.find_param(variable) == nullptr) add_rank(rank_of(variable), einsum.place);
    }
  }

  void add_output(const Einsum& einsum) {
    const auto& name = einsum.name();
    const bool read =
        std::any_of(cascade_.einsums.begin(), cascade_.einsums.end(), [&](const Einsum& reader) {
          if (reader.name() == name) return false;
          const auto reads = einsum::reads(reader);
          return std::any_of(reads.begin(), reads.end(),
                             [&](const Access& access) { return access.tensor == name; });
        });
    if (read) return;
    Access output{name, {}, einsum.place};
    const auto found = declared_.find(name);
    if (found != declared_.end()) {
      output = access_of(*found->second);
    } else {
      for (const auto& variable : einsum::output_variables(einsum)) {
        output.indices.push_back(einsum::variable_index(variable));
      }
    }
    cascade_.outputs.push_back(output);
  }

  const CascadeParts& parts_;
  Cascade cascade_;
  std::map<std::string, const DeclaredTensor*> declared_;
  std::set<std::string> computed_;
  std::set<std::string> known_;
  std::map<std::string, std::vector<std::string>> parts_of_;
};

}  // namespace

einsum::Cascade build_cascade(const CascadeParts& parts) { return Builder(parts).run(); }

}  // namespace attnsim::exchange
