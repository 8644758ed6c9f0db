#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/index_parser.h"
#include "einsum/printer.h"
#include "einsum/run_order.h"
#include "einsum/spelling.h"
#include "einsum/token_stream.h"

namespace attnsim::einsum {

namespace {

[[noreturn]] void fail_not_plain(const Cascade& cascade, const Access& access,
                                 const std::string& index) {
  const Rank* meant = cascade.find_rank(index);
  std::string hint;
  if (meant != nullptr) {
    hint = " (rank variables are lower case); did you mean '" + meant->variable() + "'?";
  }
  throw InputError(access.place, to_text(access) + ": a declaration takes plain rank variables, " +
                                     "not '" + index + "'" + hint);
}

[[noreturn]] void fail_twice(const Access& access, const std::string& index) {
  throw InputError(access.place, to_text(access) + ": '" + index + "' stands there twice");
}

/// The ranks of a declaration's indices, which must be distinct plain variables.
std::vector<std::string> declared_ranks(const Cascade& cascade, const Access& access) {
  std::vector<std::string> ranks;
  for (const auto& index : access.indices) {
    const auto variable = as_variable(index);
    if (!variable) fail_not_plain(cascade, access, to_text(index));
    ranks.push_back(rank_of_variable(cascade, *variable, access.place, to_text(access)).name);
    if (std::count(ranks.begin(), ranks.end(), ranks.back()) > 1) fail_twice(access, *variable);
  }
  return ranks;
}

/// The tensor that an equation computes; `m1+1` makes it generative along M1.
Tensor computed_tensor(const Cascade& cascade, const Access& output) {
  const std::string inside = to_text(output);
  Tensor tensor{output.tensor, Tensor::Kind::intermediate, {}, "", output.place};
  Access plain = output;
  for (auto& index : plain.indices) {
    check_index(cascade, index, output.place, inside);
    const auto offset = as_offset(index);
    if (!offset) continue;
    if (offset->offset != 0 && offset->offset != 1) {
      throw InputError(output.place, inside + ": a generative tensor is written at " +
                                         offset->variable + "+1, not at " + to_text(index));
    }
    if (offset->offset == 1 && !tensor.generative_rank.empty()) {
      throw InputError(output.place, inside + ": a tensor is generative along one rank only");
    }
    if (offset->offset == 1) {
      tensor.generative_rank = cascade.find_rank_of_variable(offset->variable)->name;
    }
    index = variable_index(offset->variable);
  }
  tensor.ranks = declared_ranks(cascade, plain);
  const auto declared_output = [&](const Access& access) { return access.tensor == tensor.name; };
  if (std::any_of(cascade.outputs.begin(), cascade.outputs.end(), declared_output)) {
    tensor.kind = Tensor::Kind::output;
  }
  return tensor;
}

void add_tensor(Cascade& cascade, Tensor tensor) {
  if (!starts_upper_case(tensor.name)) {
    throw InputError(tensor.place, "tensor names start in upper case: '" + tensor.name + "'");
  }
  const Tensor* other = cascade.find_tensor(tensor.name);
  if (other != nullptr) {
    throw InputError(tensor.place, "the tensor '" + tensor.name + "' already has its " +
                                       (other->kind == Tensor::Kind::input  ? "declaration"
                                        : other->kind == Tensor::Kind::view ? "view"
                                                                            : "equation") +
                                       " at " + to_string(other->place) +
                                       "; every tensor is written once");
  }
  cascade.tensors.push_back(std::move(tensor));
}

void check_view(const Cascade& cascade, const View& view, const std::set<std::string>& declared) {
  check_access(cascade, view.right);
  const Tensor& base = *cascade.find_tensor(view.right.tensor);
  if (base.kind == Tensor::Kind::view && !declared.contains(base.name)) {
    throw InputError(view.right.place, "the view '" + base.name + "' is declared further down");
  }
  if (!base.generative_rank.empty()) {
    throw InputError(view.right.place, "'" + base.name + "' is generative along " +
                                           base.generative_rank +
                                           "; index it directly, a view cannot");
  }
  for (const auto& index : view.right.indices) {
    if (gathers_of(index).empty()) continue;
    throw InputError(view.right.place, to_text(view.right) + ": a view moves no data, so it " +
                                           "cannot gather; write an equation, " +
                                           to_text(view.left) + " = " + to_text(view.right));
  }
  std::set<std::string> bound;
  for (const auto& index : view.left.indices) bound.insert(*as_variable(index));
  for (const auto& index : view.right.indices) {
    for (const auto& variable : variables_of(index)) {
      if (bound.contains(variable)) continue;
      throw InputError(view.right.place, to_text(view.right) + ": '" + variable +
                                             "' is no index of the view " + to_text(view.left));
    }
  }
}

/// How `init` of this tensor reads: `RM[b,h,0,p]`.
std::string expected_init(const Cascade& cascade, const Tensor& tensor) {
  Access access{tensor.name, {}, {}};
  for (const auto& rank : tensor.ranks) {
    access.indices.push_back(rank == tensor.generative_rank
                                 ? Index{{Term{0, "", ""}}}
                                 : variable_index(cascade.find_rank(rank)->variable()));
  }
  return to_text(access);
}

/// `init X[0,d] = X0[d]` is made of inputs and numbers at the coordinates of X.
void check_init_from(const Cascade& cascade, const Init& init) {
  visit(*init.from, [&](const Expr& expr) {
    if (!bound_by(expr).empty()) {
      throw InputError(expr.place,
                       "an initial value does not reduce, as " + to_text(expr) + " does");
    }
    if (const auto* call = std::get_if<Call>(&expr.node)) {
      check_arity(call->op, arity_of(cascade, call->op, expr.place), call->arguments.size(),
                  expr.place);
    }
    if (const auto* index = std::get_if<Index>(&expr.node)) {
      check_index(cascade, *index, expr.place, "init " + to_text(init.target));
    }
  });
  for (const auto& access : reads(*init.from)) {
    check_access(cascade, access);
    if (base_of(cascade, access).kind == Tensor::Kind::input) continue;
    throw InputError(access.place, "an initial value is made of inputs and numbers, and '" +
                                       access.tensor + "' is computed");
  }
  const auto bound = output_variables({init.target, {}, {}, {}});
  for (const auto& variable : variables_used(*init.from)) {
    if (std::find(bound.begin(), bound.end(), variable) != bound.end()) continue;
    throw InputError(init.from->place, to_text(*init.from) + ": '" + variable +
                                           "' is no index of " + to_text(init.target));
  }
}

void check_init(const Cascade& cascade, const Init& init, std::set<std::string>& done) {
  const Place& place = init.target.place;
  const Tensor* tensor = cascade.find_tensor(init.target.tensor);
  if (tensor == nullptr) {
    throw InputError(place, unknown_name("tensor", init.target.tensor, names_of(cascade.tensors)));
  }
  if (tensor->generative_rank.empty()) {
    throw InputError(place, "'" + tensor->name + "' takes no initial value: it is not generative" +
                                " (no equation writes it at a rank variable plus 1)");
  }
  const std::string expected = expected_init(cascade, *tensor);
  if (to_text(init.target) != expected) {
    throw InputError(place, "init " + to_text(init.target) + ": expected init " + expected);
  }
  if (init.from) check_init_from(cascade, init);
  if (std::isnan(init.value)) throw InputError(place, "the initial value is not a number");
  if (!done.insert(tensor->name).second) {
    throw InputError(place, "'" + tensor->name + "' already has an initial value");
  }
}

void check_inits(const Cascade& cascade) {
  std::set<std::string> done;
  for (const auto& init : cascade.inits) check_init(cascade, init, done);
  for (const auto& tensor : cascade.tensors) {
    if (tensor.generative_rank.empty() || done.contains(tensor.name)) continue;
    throw InputError(tensor.place, "the generative tensor '" + tensor.name +
                                       "' needs its initial value: init " +
                                       expected_init(cascade, tensor) + " = ...");
  }
}

void check_output(const Cascade& cascade, const Access& output, std::set<std::string>& done) {
  const auto ranks = declared_ranks(cascade, output);
  const Einsum* einsum = cascade.find_einsum(output.tensor);
  if (einsum == nullptr) {
    std::vector<std::string> computed;
    for (const auto& equation : cascade.einsums) computed.push_back(equation.name());
    throw InputError(output.place, "no equation computes the output '" + output.tensor +
                                       "' (computed: " + list_names(computed) + ")" +
                                       suggest(output.tensor, computed));
  }
  if (ranks != cascade.find_tensor(output.tensor)->ranks) {
    throw InputError(output.place, "the output " + to_text(output) + " is computed as " +
                                       to_text(einsum->output) + " at " + to_string(einsum->place));
  }
  if (!done.insert(output.tensor).second) {
    throw InputError(output.place, "the output '" + output.tensor + "' is declared twice");
  }
}

}  // namespace

void check_ranks(const Cascade& cascade) {
  std::map<std::string, const Rank*> by_variable;
  for (const auto& rank : cascade.ranks) {
    const auto [other, is_new] = by_variable.insert({rank.variable(), &rank});
    if (!is_new) {
      const bool equal = other->second->name == rank.name;
      throw InputError(rank.place, "the rank '" + rank.name + "' is already declared at " +
                                       to_string(other->second->place) +
                                       (equal ? "" : " as '" + other->second->name + "'"));
    }
    if (is_keyword(rank.variable())) {
      throw InputError(rank.place, "a rank cannot be called '" + rank.name + "': its variable '" +
                                       rank.variable() + "' is a keyword");
    }
  }
  std::set<std::string> params;
  for (const auto& param : cascade.params) {
    if (cascade.find_rank(param.name) == nullptr && params.insert(param.name).second) continue;
    throw InputError(param.place, "the name '" + param.name + "' is already declared as a rank " +
                                      "or a parameter");
  }
}

void order_ranks(Cascade& cascade) {
  std::set<std::string> parts;
  for (const auto& rank : cascade.ranks) parts.insert(rank.parts.begin(), rank.parts.end());
  std::vector<Rank> ordered;
  for (const auto& whole : cascade.ranks) {
    if (parts.contains(whole.name)) continue;
    std::size_t next = ordered.size();
    ordered.push_back(whole);
    for (; next < ordered.size(); ++next) {
      const auto inner = ordered[next].parts;
      for (const auto& part : inner) ordered.push_back(*cascade.find_rank(part));
    }
  }
  cascade.ranks = std::move(ordered);
}

void set_types(Cascade& cascade) {
  for (const auto& declared : cascade.types) {
    for (auto& tensor : cascade.tensors) {
      if (tensor.name != declared.tensor) continue;
      if (tensor.type) {
        throw InputError(declared.place, "'" + tensor.name + "' already has the element type " +
                                             format_of(*tensor.type).name);
      }
      tensor.type = declared.type;
    }
  }
}

void declare_tensors(Cascade& cascade) {
  cascade.tensors.clear();
  for (const auto& input : cascade.inputs) {
    const auto ranks = declared_ranks(cascade, input);
    add_tensor(cascade, {input.tensor, Tensor::Kind::input, ranks, "", input.place});
  }
  for (const auto& view : cascade.views) {
    const auto ranks = declared_ranks(cascade, view.left);
    add_tensor(cascade, {view.left.tensor, Tensor::Kind::view, ranks, "", view.left.place});
  }
  for (const auto& einsum : cascade.einsums) {
    add_tensor(cascade, computed_tensor(cascade, einsum.output));
  }
}

void check_declarations(const Cascade& cascade) {
  std::set<std::string> views;
  for (const auto& view : cascade.views) {
    check_view(cascade, view, views);
    views.insert(view.left.tensor);
  }
  check_inits(cascade);
  std::set<std::string> outputs;
  for (const auto& output : cascade.outputs) check_output(cascade, output, outputs);
}

}  // namespace attnsim::einsum
