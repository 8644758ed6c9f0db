#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// The map operators, the reductions and the selections of the language, as tables. An operator of
/// the language is a row here and nothing else; a cascade can declare more (`Operator`).
namespace attnsim::einsum {

/// A map operator on real numbers.
struct MapOperator {
  const char* name = "";   ///< canonical: what `Call::op` holds
  const char* infix = "";  ///< how it is written between its arguments; "" : name(arguments)
  std::size_t arity = 1;   ///< 1 or 2
  double (*apply)(double, double) = nullptr;  ///< the second argument is ignored if arity is 1
};

/// A reduction: a commutative, associative operator with its identity.
struct ReduceOperator {
  const char* name = "";       ///< what `Reduce::op` holds: "sum", "max" ...
  const char* counts_as = "";  ///< the map operator that one step is: "add", "max" ...
  double identity = 0;
  double (*apply)(double, double) = nullptr;
};

/// A selection: the coordinate of the first, or of the k-th, in the order of a value.
struct SelectOperator {
  const char* name = "";        ///< what `Select::op` holds
  bool takes_position = false;  ///< topk[m](S, k), not argmax[m] S
  bool largest_first = true;
};

/// All of them, in the order in which messages list them.
[[nodiscard]] std::span<const MapOperator> map_operators();
[[nodiscard]] std::span<const ReduceOperator> reduce_operators();
[[nodiscard]] std::span<const SelectOperator> select_operators();

/// The operator of this canonical name; nullptr if there is none.
[[nodiscard]] const MapOperator* find_map_operator(const std::string& name);
[[nodiscard]] const ReduceOperator* find_reduce_operator(const std::string& name);
[[nodiscard]] const SelectOperator* find_select_operator(const std::string& name);

/// The names that may be called like functions, for messages.
[[nodiscard]] std::vector<std::string> function_names();
/// The names of reductions and selections.
[[nodiscard]] std::vector<std::string> reduction_names();

}  // namespace attnsim::einsum
