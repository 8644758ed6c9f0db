#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "einsum/cascade.h"

/// Who reads and writes what in a checked cascade, as a graph: its vertices are tensors (views
/// too) and Einsums, its edges run from what is read to who reads it and from who writes to what
/// is written. Built on Boost.Graph, which stays behind this header.
namespace attnsim::einsum {

struct DependencyNode {
  enum class Kind { tensor, einsum };
  Kind kind = Kind::tensor;
  std::string name;
};

struct DependencyEdge {
  std::size_t from = 0;  ///< an index into `nodes`
  std::size_t to = 0;
  /// A read of an earlier coordinate of a generative tensor (`RM[m1]` where RM is written at
  /// m1+1): it orders coordinates, not Einsums. Without these edges the graph has no cycle.
  bool generative = false;
};

struct DependencyGraph {
  std::vector<DependencyNode> nodes;  ///< `cascade.tensors` in their order, then its Einsums
  std::vector<DependencyEdge> edges;  ///< in text order, each once
};

/// Whether the access, on the right of `einsum`, reads an earlier coordinate of a generative tensor
/// for each coordinate of the output: `RM[m1]` in an Einsum that runs along m1.
[[nodiscard]] bool is_generative_read(const Cascade& cascade, const Einsum& einsum,
                                      const Access& access);

[[nodiscard]] DependencyGraph dependency_graph(const Cascade& cascade);

/// The Einsums in an order in which they can be computed, generative reads apart: of those that
/// are ready, always the one that stands first in the text.
/// @return indices into `cascade.einsums`
/// @throws InputError if they wait for each other (a checked cascade's never do)
[[nodiscard]] std::vector<std::size_t> topological_order(const Cascade& cascade);

/// Einsums that need each other: strongly connected components, generative reads counted.
/// @return indices into `cascade.einsums`; the components in dependency order, the Einsums of one
///         in text order. An Einsum that needs itself (`RM[m1+1] = max(RM[m1], ..)`) is alone.
[[nodiscard]] std::vector<std::vector<std::size_t>> strong_components(const Cascade& cascade);

/// The Einsums of the recurrence along a rank: those that compute a generative tensor of the rank
/// and those between two of them. Of one-pass attention along M1: RM, SLN, SLD, PRM, SPD, RD,
/// SLNV, SPNV, RNV; before them stand QK and LM, behind them AV.
/// @return indices into `cascade.einsums`, ascending; empty if nothing is generative along `rank`
[[nodiscard]] std::vector<std::size_t> recurrence_members(const Cascade& cascade,
                                                          const std::string& rank);

/// The graph in Graphviz's language: tensors are boxes with their ranks (inputs and outputs bold,
/// views dotted), Einsums ellipses with their equations, generative edges dashed.
void write_dot(std::ostream& out, const Cascade& cascade);

}  // namespace attnsim::einsum
