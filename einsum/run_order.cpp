#include "einsum/run_order.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>
#include <optional>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

using Members = std::vector<std::size_t>;  ///< indices into `cascade.einsums`, in text order
using Graph = boost::adjacency_list<boost::setS, boost::vecS, boost::directedS>;

/// Groups of members that need each other, in dependency order.
std::vector<Members> components_of(const Graph& graph, const Members& members) {
  std::vector<int> component(members.size());
  const int count = boost::strong_components(
      graph,
      boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  // Tarjan numbers a component after all that can be reached from it: the last number is first.
  std::vector<Members> groups(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < members.size(); ++i) {
    groups[static_cast<std::size_t>(count - 1 - component[i])].push_back(members[i]);
  }
  return groups;
}

class RunOrder {
 public:
  explicit RunOrder(const Cascade& cascade) : cascade_(cascade) {
    for (const auto& einsum : cascade.einsums) reads_.push_back(reads(einsum));
  }

  /// The members at one coordinate of each of the `outer` ranks.
  std::vector<RunStep> steps(const Members& members, std::vector<std::string>& outer) {
    if (static_cast<int>(outer.size()) > deepest_recurrence) {
      throw InputError(place_of(members.front()),
                       "recurrences nest at most " + std::to_string(deepest_recurrence) + " deep");
    }
    Graph graph(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (const auto& access : reads_[members[i]]) {
        const auto writer = writer_of(access, members);
        if (writer && !is_carried(access, outer)) boost::add_edge(*writer, i, graph);
      }
    }
    std::vector<RunStep> steps;
    for (const auto& group : components_of(graph, members)) {
      if (group.size() == 1 && !needs_itself(group.front(), outer)) {
        steps.push_back({group.front(), ""});
        continue;
      }
      const std::string rank = rank_of(group, outer);
      outer.push_back(rank);
      steps.push_back({group.front(), rank, this->steps(group, outer)});
      outer.pop_back();
    }
    return steps;
  }

 private:
  using Names = std::vector<std::string>;

  [[nodiscard]] const Place& place_of(std::size_t einsum) const {
    return cascade_.einsums[einsum].place;
  }

  [[nodiscard]] std::optional<std::size_t> writer_of(const Access& access,
                                                     const Members& members) const {
    const auto& base = base_of(cascade_, access);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (cascade_.einsums[members[i]].name() == base.name) return i;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool needs_itself(std::size_t einsum, const Names& outer) const {
    return std::any_of(reads_[einsum].begin(), reads_[einsum].end(), [&](const Access& access) {
      return access.tensor == cascade_.einsums[einsum].name() && !is_carried(access, outer);
    });
  }

  /// How far from the current coordinate of the rank the access reads; nullopt if anywhere.
  [[nodiscard]] std::optional<std::int64_t> offset_along(const Access& access,
                                                         const std::string& rank) const {
    const auto& base = base_of(cascade_, access);
    const auto at = std::find(base.ranks.begin(), base.ranks.end(), rank);
    if (access.tensor != base.name || at == base.ranks.end()) return std::nullopt;
    const auto index = as_offset(access.indices[static_cast<std::size_t>(at - base.ranks.begin())]);
    if (!index || index->variable != cascade_.find_rank(rank)->variable()) return std::nullopt;
    return index->offset - (base.generative_rank == rank ? 1 : 0);
  }

  /// Whether an earlier coordinate of one of the ranks has written what is read.
  [[nodiscard]] bool is_carried(const Access& access, const Names& ranks) const {
    return std::any_of(ranks.begin(), ranks.end(), [&](const std::string& rank) {
      const auto offset = offset_along(access, rank);
      return offset && *offset < 0;
    });
  }

  /// The first generative rank along which the group can run; what keeps it from its first one.
  [[nodiscard]] std::string rank_of(const Members& group, const Names& outer) const {
    std::optional<InputError> fault;
    for (const auto member : group) {
      const auto& rank = cascade_.find_tensor(cascade_.einsums[member].name())->generative_rank;
      if (rank.empty() || std::find(outer.begin(), outer.end(), rank) != outer.end()) continue;
      const auto problem = problem_along(rank, group);
      if (!problem) return rank;
      if (!fault) fault = problem;
    }
    if (fault) throw InputError(*fault);
    throw InputError(place_of(group.back()),
                     "these Einsums wait for each other: " + list_names(names_of_group(group)));
  }

  [[nodiscard]] Names names_of_group(const Members& group) const {
    Names names;
    for (const auto member : group) names.push_back(cascade_.einsums[member].name());
    return names;
  }

  /// Why the group cannot run coordinate by coordinate of the rank; nullopt if it can.
  [[nodiscard]] std::optional<InputError> problem_along(const std::string& rank,
                                                        const Members& group) const {
    const auto variable = cascade_.find_rank(rank)->variable();
    const std::string recurrence =
        "the recurrence along " + rank + " (" + list_names(names_of_group(group)) + ")";
    for (const auto member : group) {
      const Einsum& einsum = cascade_.einsums[member];
      const auto along = output_variables(einsum);
      if (std::find(along.begin(), along.end(), variable) != along.end()) continue;
      return InputError(einsum.place, einsum.name() + " stands in " + recurrence +
                                          " but its output does not run along " + variable +
                                          ": it would need all of what it helps to compute");
    }
    for (const auto member : group) {
      for (const auto& access : reads_[member]) {
        const auto offset = offset_along(access, rank);
        if ((offset && *offset <= 0) || !writer_of(access, group)) continue;
        return InputError(access.place, to_text(access) + ": inside " + recurrence +
                                            " only coordinates up to the current " + variable +
                                            " can be read");
      }
    }
    return std::nullopt;
  }

  const Cascade& cascade_;
  std::vector<std::vector<Access>> reads_;  ///< by Einsum
};

}  // namespace

const Tensor& base_of(const Cascade& cascade, const Access& access) {
  const Tensor* tensor = cascade.find_tensor(access.tensor);
  while (tensor->kind == Tensor::Kind::view) {
    tensor = cascade.find_tensor(cascade.find_view(tensor->name)->right.tensor);
  }
  return *tensor;
}

std::vector<RunStep> run_order(const Cascade& cascade) {
  Members all(cascade.einsums.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  std::vector<std::string> outer;
  return RunOrder(cascade).steps(all, outer);
}

}  // namespace attnsim::einsum
