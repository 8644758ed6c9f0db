#include "einsum/rewrite_names.h"

#include <algorithm>

#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

bool is_sum_like(const std::string& name) { return name.size() > 1 && name.front() == 'S'; }

std::string without_prefix(const std::string& name) {
  const bool prefixed = name.size() > 1 && (name.front() == 'S' || name.front() == 'G');
  return prefixed ? name.substr(1) : name;
}

bool is_taken(const Cascade& cascade, const std::string& name) {
  const auto computes = [&](const Einsum& einsum) { return einsum.name() == name; };
  return cascade.find_tensor(name) != nullptr || cascade.find_rank(name) != nullptr ||
         cascade.find_param(name) != nullptr || cascade.find_operator(name) != nullptr ||
         cascade.find_view(name) != nullptr ||
         std::any_of(cascade.einsums.begin(), cascade.einsums.end(), computes);
}

/// A rank is known by its variable too.
bool is_free_rank(const Cascade& cascade, const std::string& name) {
  const Rank rank{name, {}, {}};
  return !is_taken(cascade, name) && cascade.find_rank_of_variable(rank.variable()) == nullptr;
}

}  // namespace

std::string fresh_name(const Cascade& cascade, const std::string& wanted,
                       const std::vector<std::string>& taken) {
  std::string name = wanted;
  for (int number = 2;; ++number) {
    const bool mine = std::find(taken.begin(), taken.end(), name) != taken.end();
    if (!mine && !is_taken(cascade, name)) return name;
    name = wanted + (std::isdigit(static_cast<unsigned char>(wanted.back())) != 0 ? "_" : "") +
           std::to_string(number);
  }
}

std::string fresh_name(const Cascade& cascade, const std::string& wanted) {
  return fresh_name(cascade, wanted, {});
}

std::string local_name(const std::string& name) {
  return is_sum_like(name) ? "SL" + without_prefix(name) : "L" + without_prefix(name);
}

std::string corrected_name(const std::string& name) {
  return is_sum_like(name) ? "SP" + without_prefix(name) : "P" + name;
}

std::string running_name(const std::string& name) { return "R" + without_prefix(name); }

std::pair<std::string, std::string> part_names(const Cascade& cascade, const std::string& rank) {
  std::string stem = rank;
  while (!is_free_rank(cascade, stem + "1") || !is_free_rank(cascade, stem + "0")) stem += "X";
  return {stem + "1", stem + "0"};
}

}  // namespace attnsim::einsum
