#include "einsum/structure.h"

#include <algorithm>
#include <cmath>

namespace attnsim::einsum {

namespace {

template <class Items, class Same>
bool all_same(const Items& a, const Items& b, const Same& same_item) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_item);
}

template <class Items>
bool all_same(const Items& a, const Items& b) {
  return all_same(a, b, [](const auto& x, const auto& y) { return same(x, y); });
}

/// -0 and 0 differ: they print differently.
bool same_number(double a, double b) { return a == b && std::signbit(a) == std::signbit(b); }

bool same_node(const Number& a, const Number& b) { return same_number(a.value, b.value); }
bool same_node(const Access& a, const Access& b) { return same(a, b); }
bool same_node(const Call& a, const Call& b) {
  return a.op == b.op && all_same(a.arguments, b.arguments);
}
bool same_node(const Reduce& a, const Reduce& b) {
  return a.op == b.op && a.variables == b.variables && all_same(a.argument, b.argument);
}
bool same_node(const Index& a, const Index& b) { return a == b; }
bool same_node(const Select& a, const Select& b) {
  return a.op == b.op && a.variable == b.variable && all_same(a.arguments, b.arguments);
}

bool same_operator(const Operator& a, const Operator& b) {
  const bool identity = a.identity.has_value() == b.identity.has_value() &&
                        (!a.identity || same_number(*a.identity, *b.identity));
  return identity && a.name == b.name && a.parameters == b.parameters && same(a.value, b.value);
}

/// Types belong to tensors, wherever they are declared.
bool same_types(const Cascade& a, const Cascade& b) {
  const auto stands_in_b = [&](const TypeDeclaration& x) {
    return std::any_of(b.types.begin(), b.types.end(), [&](const TypeDeclaration& y) {
      return x.tensor == y.tensor && x.type == y.type;
    });
  };
  return a.types.size() == b.types.size() &&
         std::all_of(a.types.begin(), a.types.end(), stands_in_b);
}

bool same_declarations(const Cascade& a, const Cascade& b) {
  const auto params = [](const Param& x, const Param& y) {
    return x.name == y.name && x.value == y.value;
  };
  const auto ranks = [](const Rank& x, const Rank& y) {
    return x.name == y.name && x.parts == y.parts;
  };
  const auto typicals = [](const Typical& x, const Typical& y) {
    return x.name == y.name && same(x.value, y.value);
  };
  return a.name == b.name && all_same(a.typicals, b.typicals, typicals) && a.header == b.header &&
         all_same(a.params, b.params, params) && all_same(a.ranks, b.ranks, ranks) &&
         all_same(a.operators, b.operators, same_operator) && same_types(a, b);
}

}  // namespace

bool same(const Access& a, const Access& b) {
  return a.tensor == b.tensor && a.indices == b.indices;
}

bool same(const Expr& a, const Expr& b) {
  if (a.node.index() != b.node.index()) return false;
  return std::visit(
      [&](const auto& node) {
        return same_node(node, std::get<std::decay_t<decltype(node)>>(b.node));
      },
      a.node);
}

bool same(const Condition& a, const Condition& b) {
  return a.kind == b.kind && a.comparison.comparator == b.comparison.comparator &&
         a.comparison.left == b.comparison.left && a.comparison.right == b.comparison.right &&
         all_same(a.parts, b.parts) && all_same(a.sides, b.sides);
}

bool same(const Einsum& a, const Einsum& b) {
  if (a.where.has_value() != b.where.has_value()) return false;
  return same(a.output, b.output) && same(a.value, b.value) &&
         (!a.where || same(*a.where, *b.where));
}

bool same(const Cascade& a, const Cascade& b) {
  const auto views = [](const View& x, const View& y) {
    return same(x.left, y.left) && same(x.right, y.right);
  };
  const auto inits = [](const Init& x, const Init& y) {
    const bool from =
        x.from.has_value() == y.from.has_value() && (!x.from || same(*x.from, *y.from));
    return from && same(x.target, y.target) && same_number(x.value, y.value);
  };
  return same_declarations(a, b) && all_same(a.inputs, b.inputs) &&
         all_same(a.outputs, b.outputs) && all_same(a.views, b.views, views) &&
         all_same(a.inits, b.inits, inits) && all_same(a.einsums, b.einsums);
}

}  // namespace attnsim::einsum
