#include <algorithm>
#include <set>

#include "einsum/expression_ops.h"
#include "einsum/rewrite_rules.h"

namespace attnsim::einsum {

namespace {

/// Everything that the outputs need, themselves included.
std::set<std::string> needed_by_outputs(const Cascade& cascade) {
  std::set<std::string> needed;
  std::vector<std::string> open;
  for (const auto& output : cascade.outputs) open.push_back(output.tensor);
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    if (!needed.insert(name).second) continue;
    if (const auto* view = cascade.find_view(name)) open.push_back(view->right.tensor);
    if (const auto* einsum = cascade.find_einsum(name)) {
      for (const auto& access : reads(*einsum)) open.push_back(access.tensor);
    }
    for (const auto& init : cascade.inits) {
      if (init.target.tensor != name || !init.from) continue;
      for (const auto& access : reads(*init.from)) open.push_back(access.tensor);
    }
  }
  return needed;
}

}  // namespace

std::vector<std::string> remove_dead(Cascade& cascade) {
  const auto needed = needed_by_outputs(cascade);
  std::vector<std::string> removed;
  for (const auto& einsum : cascade.einsums) {
    if (!needed.contains(einsum.name())) removed.push_back(einsum.name());
  }
  std::erase_if(cascade.einsums,
                [&](const Einsum& einsum) { return !needed.contains(einsum.name()); });
  std::erase_if(cascade.views,
                [&](const View& view) { return !needed.contains(view.left.tensor); });
  std::erase_if(cascade.inits,
                [&](const Init& init) { return !needed.contains(init.target.tensor); });
  std::erase_if(cascade.types,
                [&](const TypeDeclaration& type) { return !needed.contains(type.tensor); });
  return removed;
}

}  // namespace attnsim::einsum
