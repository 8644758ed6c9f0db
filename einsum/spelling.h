#pragma once

#include <string>
#include <vector>

/// The wording that all messages about names share.
namespace attnsim::einsum {

/// "a, b, c"; "none" where there is nothing to list.
[[nodiscard]] std::string list_names(const std::vector<std::string>& names);

/// "; did you mean 'm'?" if one of `known` is spelt nearly like `name` (its case apart, or one or
/// two letters off), else "".
[[nodiscard]] std::string suggest(const std::string& name, const std::vector<std::string>& known);

/// "unknown tensor 'QX' (known: Q, QK); did you mean 'QK'?", for the kind "tensor".
[[nodiscard]] std::string unknown_name(const std::string& kind, const std::string& name,
                                       const std::vector<std::string>& known);

/// The names of a list of ranks, parameters, tensors ...
template <class Items>
[[nodiscard]] std::vector<std::string> names_of(const Items& items) {
  std::vector<std::string> names;
  names.reserve(items.size());
  for (const auto& item : items) names.push_back(item.name);
  return names;
}

}  // namespace attnsim::einsum
