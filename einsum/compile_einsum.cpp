#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "einsum/compiled_einsum.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

class Compiler {
 public:
  Compiler(const Cascade& cascade, const Shapes& shapes, Values& tensors)
      : cascade_(cascade), shapes_(shapes), tensors_(tensors) {}

  CompiledEinsum run(const Einsum& einsum) {
    const auto outputs = output_variables(einsum);
    for (const auto& variable : iteration_variables(einsum)) bind(variable);
    for (std::size_t slot = 0; slot < outputs.size(); ++slot) result_.output_slots.push_back(slot);
    if (einsum.where) compile_where(*einsum.where);
    bound_.assign(result_.variables.size(), false);
    std::fill_n(bound_.begin(), outputs.size(), true);
    result_.output_guarded = einsum.where && all_bound();
    if (const auto* reduce = std::get_if<Reduce>(&einsum.value.node)) {
      result_.unreached = find_reduce_operator(reduce->op)->identity;
    }
    result_.output = tensors_.at(einsum.name()).data.data();
    result_.output_offset = compile_access(einsum.output).offset;
    compile_previous(einsum.output);
    add(einsum.value);
    return std::move(result_);
  }

 private:
  void bind(const std::string& variable) {
    bindings_[variable] = Affine{0, {{result_.variables.size(), 1}}};
    result_.variables.push_back(variable);
    result_.extents.push_back(shapes_.at(cascade_.find_rank_of_variable(variable)->name));
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
    result_.previous_offset = compile_access(previous).offset;
  }

  void compile_where(const Condition& where) {
    for (const auto& index : indices_of(where)) {
      for (const auto& variable : variables_of(index)) {
        condition_slots_.push_back(bindings_.at(variable).terms.front().first);
      }
    }
    result_.where = compile_condition(where);
  }

  [[nodiscard]] CompiledCondition compile_condition(const Condition& condition) const {
    CompiledCondition compiled{condition.kind, {}, {}};
    for (const auto& part : condition.parts) compiled.parts.push_back(compile_condition(part));
    if (condition.kind == Condition::Kind::comparison) {
      const auto& [left, comparator, right] = condition.comparison;
      Affine difference = resolve_index(left, bindings_, shapes_, condition.place);
      add_scaled(difference, -1, resolve_index(right, bindings_, shapes_, condition.place),
                 condition.place);
      static_cast<void>(range_of(difference, result_.extents, condition.place));
      compiled.comparison = {std::move(difference), comparator};
    }
    return compiled;
  }

  [[nodiscard]] bool all_bound() const {
    return std::all_of(condition_slots_.begin(), condition_slots_.end(),
                       [&](std::size_t slot) { return bound_[slot]; });
  }

  /// Follows views down to the tensor that holds the numbers, checking bounds at every step.
  [[nodiscard]] CompiledAccess compile_access(const Access& written) const {
    CompiledAccess compiled;
    compiled.place = written.place;
    Access access = written;
    Bindings bindings = bindings_;
    while (true) {
      const Tensor& tensor = *cascade_.find_tensor(access.tensor);
      std::vector<Affine> indices;
      for (const auto& index : access.indices) {
        indices.push_back(resolve_index(index, bindings, shapes_, written.place));
      }
      add_checks(compiled, tensor, access, indices);
      if (tensor.kind != Tensor::Kind::view) {
        finish_access(compiled, tensor, indices);
        return compiled;
      }
      const View& view = *cascade_.find_view(tensor.name);
      bindings.clear();
      for (std::size_t i = 0; i < indices.size(); ++i) {
        bindings[*as_variable(view.left.indices[i])] = indices[i];
      }
      access = view.right;
    }
  }

  void add_checks(CompiledAccess& compiled, const Tensor& tensor, const Access& access,
                  const std::vector<Affine>& indices) const {
    const auto shape = shape_of(cascade_, tensor, shapes_);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const auto [least, largest] = range_of(indices[i], result_.extents, compiled.place);
      if (least >= 0 && largest < shape[i]) continue;
      compiled.checks.push_back({indices[i], shape[i],
                                 "index '" + to_text(access.indices[i]) + "' of " + to_text(access),
                                 tensor.ranks[i]});
    }
  }

  void finish_access(CompiledAccess& compiled, const Tensor& tensor,
                     const std::vector<Affine>& indices) const {
    const DenseTensor& dense = tensors_.at(tensor.name);
    compiled.data = dense.data.data();
    std::int64_t stride = 1;
    for (std::size_t i = indices.size(); i-- > 0;) {
      add_scaled(compiled.offset, stride, indices[i], compiled.place);
      stride *= dense.shape[i];
    }
    static_cast<void>(range_of(compiled.offset, result_.extents, compiled.place));
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
                              [&](const Reduce& reduce) { return reduce_node(reduce); }},
                   expr.node);
    result_.nodes.push_back(std::move(node));
    return result_.nodes.size() - 1;
  }

  CompiledNode access_node(const Access& access) {
    CompiledNode node;
    node.kind = CompiledNode::Kind::access;
    node.access = result_.accesses.size();
    result_.accesses.push_back(compile_access(access));
    return node;
  }

  CompiledNode call_node(const Call& call) {
    CompiledNode node;
    node.kind = CompiledNode::Kind::call;
    node.apply = find_map_operator(call.op)->apply;
    node.arity = call.arguments.size();
    for (std::size_t i = 0; i < node.arity; ++i) node.arguments.at(i) = add(call.arguments[i]);
    return node;
  }

  /// The condition guards the first reduction inside which all of its variables are bound.
  CompiledNode reduce_node(const Reduce& reduce) {
    const ReduceOperator& op = *find_reduce_operator(reduce.op);
    CompiledNode node;
    node.kind = CompiledNode::Kind::reduce;
    node.apply = op.apply;
    node.number = op.identity;
    const bool bound_outside = all_bound();
    for (const auto& variable : reduce.variables) {
      node.slots.push_back(bindings_.at(variable).terms.front().first);
      bound_[node.slots.back()] = true;
    }
    node.guarded = result_.where && !bound_outside && all_bound();
    node.arguments[0] = add(reduce.argument.front());
    for (const auto slot : node.slots) bound_[slot] = false;
    return node;
  }

  const Cascade& cascade_;
  const Shapes& shapes_;
  Values& tensors_;
  Bindings bindings_;
  std::vector<bool> bound_;  ///< by slot: bound where the compiler stands
  std::vector<std::size_t> condition_slots_;
  CompiledEinsum result_;
};

}  // namespace

CompiledEinsum compile(const Cascade& cascade, const Einsum& einsum, const Shapes& shapes,
                       Values& tensors) {
  return Compiler(cascade, shapes, tensors).run(einsum);
}

}  // namespace attnsim::einsum
