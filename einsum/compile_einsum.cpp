#include <algorithm>
#include <map>
#include <utility>

#include "base/overloaded.h"
#include "einsum/compile_index.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"

namespace attnsim::einsum {

namespace {

/// The variables in the order of their slots, and how far each runs.
CompiledEinsum with_slots(const Cascade& cascade, const Einsum& einsum, const Shapes& shapes) {
  CompiledEinsum compiled;
  compiled.variables = iteration_variables(einsum);
  for (const auto& variable : compiled.variables) {
    compiled.extents.push_back(shapes.at(cascade.find_rank_of_variable(variable)->name));
  }
  for (std::size_t slot = 0; slot < output_variables(einsum).size(); ++slot) {
    compiled.output_slots.push_back(slot);
  }
  return compiled;
}

class Compiler {
 public:
  Compiler(const Cascade& cascade, const Einsum& einsum, const Shapes& shapes, Values& tensors)
      : cascade_(cascade),
        tensors_(tensors),
        result_(with_slots(cascade, einsum, shapes)),
        indices_(cascade, shapes, tensors, result_),
        bound_(result_.variables.size(), false) {
    for (std::size_t slot = 0; slot < result_.variables.size(); ++slot) {
      bindings_[result_.variables[slot]] = Affine{0, {{slot, 1}}};
    }
    for (const auto slot : result_.output_slots) bound_[slot] = true;
  }

  CompiledEinsum run(const Einsum& einsum, Rounding rounding) {
    if (einsum.where) compile_where(*einsum.where);
    result_.output_guarded = einsum.where && all_bound();
    result_.unreached = identity_of(einsum.value);
    result_.output = tensors_.at(einsum.name()).data.data();
    result_.output_offset = indices_.access(einsum.output, bindings_).offset;
    compile_previous(einsum.output);
    if (rounding == Rounding::typed) {
      result_.rounded_to = cascade_.find_tensor(einsum.name())->type;
    }
    add(einsum.value);
    return std::move(result_);
  }

 private:
  [[nodiscard]] double identity_of(const Expr& expr) const {
    if (std::holds_alternative<Select>(expr.node)) return -1;
    const auto* reduce = std::get_if<Reduce>(&expr.node);
    return reduce == nullptr ? 0 : reduction(reduce->op).number;
  }

  /// How a reduction combines, without what it reduces.
  [[nodiscard]] CompiledNode reduction(const std::string& name) const {
    CompiledNode node;
    node.kind = CompiledNode::Kind::reduce;
    if (const auto* op = find_reduce_operator(name)) {
      node.apply = op->apply;
      node.number = op->identity;
    } else {
      node.number = *cascade_.find_operator(name)->identity;
    }
    return node;
  }

  void compile_previous(const Access& output) {
    const auto* tensor = cascade_.find_tensor(output.tensor);
    if (tensor->generative_rank.empty()) return;
    auto previous = output;
    for (std::size_t i = 0; i < tensor->ranks.size(); ++i) {
      if (tensor->ranks[i] != tensor->generative_rank) continue;
      auto& terms = previous.indices[i].terms;  // m1+1: without its constant
      terms.erase(std::remove_if(terms.begin(), terms.end(),
                                 [](const Term& term) { return term.variable.empty(); }),
                  terms.end());
    }
    result_.previous_offset = indices_.access(previous, bindings_).offset;
  }

  void compile_where(const Condition& where) {
    for (const auto& variable : variables_used(where)) {
      condition_slots_.push_back(bindings_.at(variable).terms.front().first);
    }
    result_.where = compile_condition(where);
  }

  [[nodiscard]] CompiledCondition compile_condition(const Condition& condition) {
    CompiledCondition compiled;
    compiled.kind = condition.kind;
    for (const auto& part : condition.parts) compiled.parts.push_back(compile_condition(part));
    compiled.comparator = condition.comparison.comparator;
    if (condition.kind == Condition::Kind::values) {
      compiled.left = add(condition.sides[0]);
      compiled.right = add(condition.sides[1]);
    }
    if (condition.kind != Condition::Kind::comparison) return compiled;
    const auto& [left, comparator, right] = condition.comparison;
    Affine difference = indices_.resolve(left, bindings_, condition.place);
    add_scaled(difference, -1, indices_.resolve(right, bindings_, condition.place),
               condition.place);
    compiled.difference = compiled_index(std::move(difference), condition.place);
    return compiled;
  }

  [[nodiscard]] CompiledIndex compiled_index(Affine affine, const Place& place) const {
    static_cast<void>(indices_.range(affine, place));
    auto needed = indices_.needs_of({affine});
    return {std::move(affine), std::move(needed)};
  }

  [[nodiscard]] bool all_bound() const {
    return std::all_of(condition_slots_.begin(), condition_slots_.end(),
                       [&](std::size_t slot) { return bound_[slot]; });
  }

  std::size_t add(const Expr& expr) {
    CompiledNode node =
        std::visit(Overloaded{[](const Number& number) {
                                CompiledNode constant;
                                constant.number = number.value;
                                return constant;
                              },
                              [&](const Access& access) { return access_node(access); },
                              [&](const Call& call) { return call_node(call); },
                              [&](const Reduce& reduce) { return reduce_node(reduce); },
                              [&](const Index& index) { return index_node(index, expr.place); },
                              [&](const Select& select) { return select_node(select); }},
                   expr.node);
    result_.nodes.push_back(std::move(node));
    return result_.nodes.size() - 1;
  }

  CompiledNode access_node(const Access& access) {
    CompiledNode node;
    node.kind = CompiledNode::Kind::access;
    auto compiled = indices_.access(access, bindings_);
    node.access = result_.accesses.size();
    result_.accesses.push_back(std::move(compiled));
    return node;
  }

  CompiledNode index_node(const Index& index, const Place& place) {
    CompiledNode node;
    const auto variable = as_variable(index);
    if (parameters_ != nullptr && variable) {
      const auto found = std::find(parameters_->begin(), parameters_->end(), *variable);
      node.kind = CompiledNode::Kind::argument;
      node.access = static_cast<std::size_t>(found - parameters_->begin());
      return node;
    }
    node.kind = CompiledNode::Kind::index;
    node.index = compiled_index(indices_.resolve(index, bindings_, place), place);
    return node;
  }

  CompiledNode call_node(const Call& call) {
    CompiledNode node;
    node.kind = CompiledNode::Kind::call;
    if (const auto* op = find_map_operator(call.op)) {
      node.apply = op->apply;
    } else {
      node.kind = CompiledNode::Kind::apply;
      node.body = body_of(call.op);
    }
    for (const auto& argument : call.arguments) node.arguments.push_back(add(argument));
    return node;
  }

  /// The node of a declared operator's value, compiled once.
  std::size_t body_of(const std::string& name) {
    const auto known = bodies_.find(name);
    if (known != bodies_.end()) return known->second;
    const Operator& declared = *cascade_.find_operator(name);
    const auto* outer = std::exchange(parameters_, &declared.parameters);
    const auto body = add(declared.value);
    parameters_ = outer;
    return bodies_[name] = body;
  }

  CompiledNode reduce_node(const Reduce& reduce) {
    CompiledNode node = reduction(reduce.op);
    if (node.apply == nullptr) node.body = body_of(reduce.op);
    bind(node, reduce.variables, reduce.argument.front());
    return node;
  }

  CompiledNode select_node(const Select& select) {
    CompiledNode node;
    node.kind = CompiledNode::Kind::select;
    node.largest_first = find_select_operator(select.op)->largest_first;
    bind(node, {select.variable}, select.arguments.front());
    if (select.arguments.size() > 1) node.arguments.push_back(add(select.arguments[1]));
    return node;
  }

  /// The condition guards the first reduction inside which all of its variables are bound.
  void bind(CompiledNode& node, const std::vector<std::string>& variables, const Expr& argument) {
    const bool bound_outside = all_bound();
    for (const auto& variable : variables) {
      node.slots.push_back(bindings_.at(variable).terms.front().first);
      bound_[node.slots.back()] = true;
    }
    node.guarded = result_.where && !bound_outside && all_bound();
    node.arguments.push_back(add(argument));
    for (const auto slot : node.slots) bound_[slot] = false;
  }

  const Cascade& cascade_;
  Values& tensors_;
  CompiledEinsum result_;
  IndexCompiler indices_;
  Bindings bindings_;
  std::vector<bool> bound_;  ///< by slot: bound where the compiler stands
  std::vector<std::size_t> condition_slots_;
  std::map<std::string, std::size_t> bodies_;  ///< nodes of declared operators
  /// Of the declared operator whose value is being compiled.
  const std::vector<std::string>* parameters_ = nullptr;
};

}  // namespace

CompiledEinsum compile(const Cascade& cascade, const Einsum& einsum, const Shapes& shapes,
                       Values& tensors, Rounding rounding) {
  return Compiler(cascade, einsum, shapes, tensors).run(einsum, rounding);
}

}  // namespace attnsim::einsum
