#include "einsum/dependency_graph.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>
#include <ostream>
#include <set>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, DependencyNode,
                                    DependencyEdge>;

Graph boost_graph(const DependencyGraph& dependencies) {
  Graph graph(dependencies.nodes.size());
  for (std::size_t i = 0; i < dependencies.nodes.size(); ++i) graph[i] = dependencies.nodes[i];
  for (const auto& edge : dependencies.edges) boost::add_edge(edge.from, edge.to, edge, graph);
  return graph;
}

/// Collects nodes and edges by name.
class Builder {
 public:
  explicit Builder(const Cascade& cascade) : cascade_(cascade) {
    for (const auto& tensor : cascade.tensors) {
      tensor_nodes_[tensor.name] = graph_.nodes.size();
      graph_.nodes.push_back({DependencyNode::Kind::tensor, tensor.name});
    }
    for (const auto& einsum : cascade.einsums) {
      graph_.nodes.push_back({DependencyNode::Kind::einsum, einsum.name()});
    }
  }

  DependencyGraph run() {
    for (const auto& view : cascade_.views) {
      add(tensor_nodes_.at(view.right.tensor), tensor_nodes_.at(view.left.tensor), false);
    }
    std::size_t node = cascade_.tensors.size();
    for (const auto& einsum : cascade_.einsums) {
      for (const auto& access : reads(einsum)) {
        add(tensor_nodes_.at(access.tensor), node, is_generative_read(cascade_, einsum, access));
      }
      add(node, tensor_nodes_.at(einsum.name()), false);
      ++node;
    }
    return std::move(graph_);
  }

 private:
  void add(std::size_t from, std::size_t to, bool generative) {
    if (seen_.insert({from, to, generative}).second) graph_.edges.push_back({from, to, generative});
  }

  const Cascade& cascade_;
  DependencyGraph graph_;
  std::map<std::string, std::size_t> tensor_nodes_;
  std::set<std::tuple<std::size_t, std::size_t, bool>> seen_;
};

[[noreturn]] void fail_cyclic(const Cascade& cascade, const std::vector<bool>& done) {
  std::vector<std::string> names;
  Place place;
  for (std::size_t i = done.size(); i-- > cascade.tensors.size();) {
    if (done[i]) continue;
    const Einsum& einsum = cascade.einsums[i - cascade.tensors.size()];
    names.insert(names.begin(), einsum.name());
    place = einsum.place;
  }
  throw InputError(place, "these Einsums wait for each other: " + list_names(names));
}

/// The vertices that can be reached from the starts, themselves included.
template <class AnyGraph>
std::vector<bool> reachable(const AnyGraph& graph, const std::vector<std::size_t>& starts) {
  std::vector<bool> reached(boost::num_vertices(graph), false);
  std::vector<std::size_t> open = starts;
  while (!open.empty()) {
    const auto vertex = open.back();
    open.pop_back();
    if (reached[vertex]) continue;
    reached[vertex] = true;
    const auto [first, last] = boost::adjacent_vertices(vertex, graph);
    open.insert(open.end(), first, last);
  }
  return reached;
}

std::string box_of(const Tensor& tensor) {
  std::string ranks;
  for (const auto& rank : tensor.ranks) {
    ranks += (ranks.empty() ? "" : ",") + rank + (rank == tensor.generative_rank ? "+1" : "");
  }
  using Kind = Tensor::Kind;
  const bool bold = tensor.kind == Kind::input || tensor.kind == Kind::output;
  const std::string style = bold                        ? ", style=bold"
                            : tensor.kind == Kind::view ? ", style=dotted"
                                                        : "";
  return "[shape=box" + style + ", label=\"" + tensor.name + "[" + ranks + "]\"]";
}

}  // namespace

bool is_generative_read(const Cascade& cascade, const Einsum& einsum, const Access& access) {
  const Tensor* tensor = cascade.find_tensor(access.tensor);
  if (tensor == nullptr || tensor->generative_rank.empty()) return false;
  const auto position = static_cast<std::size_t>(
      std::find(tensor->ranks.begin(), tensor->ranks.end(), tensor->generative_rank) -
      tensor->ranks.begin());
  if (position >= access.indices.size()) return false;
  const auto index = as_offset(access.indices[position]);
  const auto along = output_variables(einsum);
  return index && index->offset <= 0 &&
         std::find(along.begin(), along.end(), index->variable) != along.end();
}

DependencyGraph dependency_graph(const Cascade& cascade) { return Builder(cascade).run(); }

std::vector<std::size_t> topological_order(const Cascade& cascade) {
  const Graph graph = boost_graph(dependency_graph(cascade));
  const auto is_ready = [&](std::size_t node, const std::vector<bool>& done) {
    const auto [first, last] = boost::in_edges(node, graph);
    return std::all_of(first, last, [&](const auto& edge) {
      return graph[edge].generative || done[boost::source(edge, graph)];
    });
  };
  std::vector<std::size_t> order;
  std::vector<bool> done(boost::num_vertices(graph), false);
  for (std::size_t left = done.size(); left > 0; --left) {
    std::size_t node = 0;
    while (node < done.size() && (done[node] || !is_ready(node, done))) ++node;
    if (node == done.size()) fail_cyclic(cascade, done);
    done[node] = true;
    if (node >= cascade.tensors.size()) order.push_back(node - cascade.tensors.size());
  }
  return order;
}

std::vector<std::vector<std::size_t>> strong_components(const Cascade& cascade) {
  const Graph graph = boost_graph(dependency_graph(cascade));
  std::vector<int> component(boost::num_vertices(graph));
  const int count = boost::strong_components(
      graph,
      boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  // Tarjan numbers a component after all that can be reached from it: the last number is first.
  std::vector<std::vector<std::size_t>> components(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < cascade.einsums.size(); ++i) {
    const auto number = component[cascade.tensors.size() + i];
    components[static_cast<std::size_t>(count - 1 - number)].push_back(i);
  }
  std::erase_if(components, [](const auto& einsums) { return einsums.empty(); });
  return components;
}

std::vector<std::size_t> recurrence_members(const Cascade& cascade, const std::string& rank) {
  const Graph graph = boost_graph(dependency_graph(cascade));
  std::vector<std::size_t> generative;
  for (std::size_t i = 0; i < cascade.einsums.size(); ++i) {
    const Tensor* tensor = cascade.find_tensor(cascade.einsums[i].name());
    if (tensor->generative_rank == rank) generative.push_back(cascade.tensors.size() + i);
  }
  const auto behind = reachable(graph, generative);
  const auto before = reachable(boost::make_reverse_graph(graph), generative);
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < cascade.einsums.size(); ++i) {
    const auto node = cascade.tensors.size() + i;
    if (behind[node] && before[node]) members.push_back(i);
  }
  return members;
}

void write_dot(std::ostream& out, const Cascade& cascade) {
  const Graph graph = boost_graph(dependency_graph(cascade));
  const auto write_node = [&](std::ostream& stream, std::size_t node) {
    if (node < cascade.tensors.size()) {
      stream << box_of(cascade.tensors[node]);
    } else {
      const Einsum& einsum = cascade.einsums[node - cascade.tensors.size()];
      stream << "[shape=ellipse, label=\"" << to_text(einsum) << "\"]";
    }
  };
  const auto write_edge = [&](std::ostream& stream, const auto& edge) {
    if (graph[edge].generative) stream << "[style=dashed]";
  };
  const auto write_head = [&](std::ostream& stream) {
    stream << "label=\"" << cascade.name << "\";\n";
  };
  boost::write_graphviz(out, graph, write_node, write_edge, write_head);
}

}  // namespace attnsim::einsum
