#include "einsum/random_cascade.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "einsum/checker.h"
#include "einsum/element_type.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"

namespace attnsim::einsum {

namespace {

class Generator {
 public:
  Generator(std::mt19937& random, const RandomParts& may) : random_(random), may_(may) {}

  Cascade run() {
    declare();
    const int count = 1 + below(6);
    for (int i = 0; i < count; ++i) add_einsum(i);
    for (const auto& tensor : tensors_) read_if_unread(tensor);
    if (may_.operators) use_operators();
    return check(std::move(cascade_));
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  static bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  bool chance(int percent) { return below(100) < percent; }

  static Access plain(const std::string& tensor, const std::vector<std::string>& variables) {
    Access access{tensor, {}, {}};
    for (const auto& variable : variables) access.indices.push_back(variable_index(variable));
    return access;
  }

  void declare() {
    cascade_.name = "random" + std::to_string(below(1000));
    if (chance(50)) cascade_.header = {"made at random", "", "  indented"};
    for (const auto* name : {"A", "B", "C"}) cascade_.ranks.push_back({name, {}, {}});
    cascade_.ranks.push_back({"M", {"M1", "M0"}, {}});
    const bool nested = may_.nested_parts && chance(30);
    cascade_.ranks.push_back({"M1", {}, {}});
    cascade_.ranks.push_back({"M0", {}, {}});
    if (nested) {
      cascade_.ranks[4].parts = {"R", "S"};
      cascade_.ranks.push_back({"R", {}, {}});
      cascade_.ranks.push_back({"S", {}, {}});
    }
    if (may_.operators) declare_operators();
    cascade_.params.push_back({"W", below(9) - 4, {}});
    add_input("X", {"a", "b"});
    add_input("Y", {"b", "c", "m"});
    add_input("Z", {"a", "m1", "m0"});
    if (may_.gathers) add_input("I", {"a"});
    if (nested) add_input("V", {"r", "s"});
    for (const auto* tensor : {"Z", "T0"}) {
      const auto formats = element_formats();
      const auto row = static_cast<std::size_t>(below(static_cast<int>(formats.size())));
      if (may_.types && chance(50)) cascade_.types.push_back({tensor, formats[row].type, {}});
    }
    const Index split{{Term{1, "M0", "m1"}, Term{1, "", "m0"}}};
    cascade_.views.push_back({plain("YV", {"b", "c", "m1", "m0"}),
                              {"Y", {variable_index("b"), variable_index("c"), split}, {}}});
    tensors_.push_back({"YV", {"b", "c", "m1", "m0"}});
  }

  static Expr value_of(const std::string& variable) { return {variable_index(variable), {}}; }

  static Expr call_of(const std::string& op, Expr first, Expr second) {
    Call call{op, {}};
    call.arguments.push_back(std::move(first));
    call.arguments.push_back(std::move(second));
    return {std::move(call), {}};
  }

  /// `fold` reduces and calls `twist`.
  void declare_operators() {
    Expr inner = call_of("sub", value_of("y"), {Number{0.5}, {}});
    cascade_.operators.push_back(
        {"twist", {"x", "y"}, call_of("mul", value_of("x"), inner), {}, {}});
    Expr same = call_of("mul", {Number{0}, {}}, call_of("twist", value_of("a"), value_of("a")));
    Expr larger = call_of("max", value_of("a"), value_of("b"));
    cascade_.operators.push_back({"fold", {"a", "b"}, call_of("add", larger, same), 0.0, {}});
  }

  void add_input(const std::string& name, const std::vector<std::string>& variables) {
    cascade_.inputs.push_back(plain(name, variables));
    tensors_.push_back({name, variables});
  }

  std::vector<std::string> random_variables() {
    std::vector<std::string> variables = {"a", "b", "c", "m1", "m0"};
    std::shuffle(variables.begin(), variables.end(), random_);
    variables.resize(static_cast<std::size_t>(below(4)));
    return variables;
  }

  /// `T0[a,b] = ...`, an output; generative along its first variable now and then.
  void add_einsum(int number) {
    const std::string name = "T" + std::to_string(number);
    const auto variables = random_variables();
    Einsum einsum;
    einsum.output = plain(name, variables);
    cascade_.outputs.push_back(plain(name, variables));
    free_.clear();
    reduced_.clear();
    einsum.value = random_expr(4, variables);
    if (!variables.empty() && chance(30)) make_generative(einsum);
    if (!variables.empty() && chance(40)) einsum.where = random_condition(2, variables);
    // The first equation uses what must be used.
    if (number == 0) use_parameter(einsum);
    cascade_.einsums.push_back(std::move(einsum));
    tensors_.push_back({name, variables});
  }

  void use_parameter(Einsum& einsum) {
    Condition uses;
    uses.comparison = {Index{{Term{1, "W", ""}}}, Comparator::not_equal,
                       Index{{Term{-2, "M", ""}, Term{0, "", ""}}}};
    if (!einsum.where) {
      einsum.where = uses;
      return;
    }
    Condition both{Condition::Kind::any_of, {}, {*einsum.where, uses}, {}};
    einsum.where = both;
  }

  void make_generative(Einsum& einsum) {
    Access before = einsum.output;
    einsum.output.indices[0].terms.push_back(Term{1, "", ""});
    Call call{chance(50) ? "max" : "add", {}};
    call.arguments.push_back({before, {}});
    call.arguments.push_back(std::move(einsum.value));
    einsum.value = {std::move(call), {}};
    Init init{before, chance(50) ? -std::numeric_limits<double>::infinity() : 0.25};
    if (may_.computed_inits && chance(30)) {
      init.value = 0;
      init.from = call_of("sub", {plain("X", {}), {}}, {Index{{Term{1, "M", ""}}}, {}});
      auto& read = std::get<Access>(std::get<Call>(init.from->node).arguments[0].node);
      read.indices = {Index{{Term{0, "", ""}}}, Index{{Term{1, "", ""}}}};
    }
    init.target.indices[0] = Index{{Term{0, "", ""}}};
    cascade_.inits.push_back(std::move(init));
  }

  Expr random_expr(int depth, const std::vector<std::string>& bound) {
    const int kind = depth == 0 ? below(3) : below(9);
    if (kind == 0) return random_number();
    if (kind == 1) return random_read(bound);
    if (kind == 2) return random_value(bound);
    if (kind == 3) return random_reduce(depth, bound);
    if (kind == 4 && may_.selections) return random_select(depth, bound);
    if (kind == 5 && may_.operators) {
      return call_of("twist", random_expr(depth - 1, bound), random_expr(depth - 1, bound));
    }
    const auto operators = map_operators();
    const auto& op = operators[static_cast<std::size_t>(below(static_cast<int>(operators.size())))];
    Call call{op.name, {}};
    for (std::size_t i = 0; i < op.arity; ++i)
      call.arguments.push_back(random_expr(depth - 1, bound));
    return {std::move(call), {}};
  }

  Expr random_number() {
    const std::vector<double> numbers = {0,
                                         1,
                                         -1,
                                         0.5,
                                         -2.25,
                                         1e-300,
                                         1e300,
                                         1.0 / 3,
                                         -0.0,
                                         std::numeric_limits<double>::infinity(),
                                         -std::numeric_limits<double>::infinity()};
    return {Number{numbers[static_cast<std::size_t>(below(static_cast<int>(numbers.size())))]}, {}};
  }

  /// A coordinate, a shape or the parameter.
  Expr random_value(const std::vector<std::string>& bound) {
    if (bound.empty() || !may_.coordinates || chance(40))
      return {Index{{Term{1, chance(50) ? "W" : "M0", ""}}}, {}};
    return value_of(bound[static_cast<std::size_t>(below(static_cast<int>(bound.size())))]);
  }

  static Index with_part(Term term, IndexPart part) {
    term.part.push_back(std::move(part));
    return {{std::move(term)}};
  }

  /// As the parser makes it: no part that a plain term could be.
  Index random_part(const std::vector<std::string>& bound) {
    Term term;
    term.factor = chance(70) ? 1 : below(7) - 3;
    if (chance(20)) term.rank = "M0";
    const bool gathers = may_.gathers && contains(bound, "a");
    if (gathers && (!may_.divisions || chance(30))) {
      return with_part(term, {plain("I", {"a"})});
    }
    const Index constant{{Term{chance(50) ? 1 : 2, chance(50) ? "M1" : "", ""}}};
    Index operand{{Term{1, "", chance(70) && !bound.empty() ? bound.front() : ""}}};
    auto kind = chance(50) ? IndexOperation::Kind::quotient : IndexOperation::Kind::remainder;
    if (chance(60)) {
      operand.terms.push_back(Term{-below(3), "W", ""});
      if (chance(40)) kind = IndexOperation::Kind::product;
      if (chance(30)) operand = {{operand.terms[1], random_part(bound).terms[0]}};
    }
    return with_part(term, {IndexOperation{kind, std::move(operand), constant}});
  }

  /// No variable is reduced over in one place of an Einsum and free in another.
  Expr random_read(const std::vector<std::string>& bound) {
    const auto& [name, variables] =
        tensors_[static_cast<std::size_t>(below(static_cast<int>(tensors_.size())))];
    const bool c_is_bound = contains(bound, "c");
    for (const auto& variable : variables) {
      if (contains(bound, variable)) continue;
      if (contains(reduced_, variable)) return random_number();
      free_.push_back(variable);
    }
    Access access = plain(name, variables);
    for (auto& index : access.indices) {
      if (chance(15)) index.terms.push_back(Term{1 + below(3), "", ""});
      if (chance(10)) index.terms.push_back(Term{-1 - below(2), "W", c_is_bound ? "c" : ""});
      const bool parts = may_.divisions || (may_.gathers && contains(bound, "a"));
      if (parts && chance(10)) index.terms.push_back(random_part(bound).terms.front());
    }
    return {std::move(access), {}};
  }

  /// Reduces over a variable of a tensor that is not bound yet, if there is one.
  Expr random_reduce(int depth, const std::vector<std::string>& bound) {
    const auto& [name, variables] =
        tensors_[static_cast<std::size_t>(below(static_cast<int>(tensors_.size())))];
    const std::vector<std::string> ops = {"sum", "max", "min", "any", "prod", "all", "fold"};
    Reduce reduce{ops[static_cast<std::size_t>(below(may_.operators ? 7 : 6))], {}, {}};
    auto inner = bound;
    for (const auto& variable : variables) {
      if (contains(bound, variable) || contains(free_, variable)) continue;
      reduced_.push_back(variable);
      reduce.variables.push_back(variable);
      inner.push_back(variable);
    }
    if (reduce.variables.empty()) return random_read(bound);
    Call product{chance(50) ? "mul" : "sub", {}};
    product.arguments.push_back({plain(name, variables), {}});
    product.arguments.push_back(random_expr(depth - 1, inner));
    reduce.argument.push_back({std::move(product), {}});
    return {std::move(reduce), {}};
  }

  /// Selects a coordinate of a variable of a tensor that is not bound yet, if there is one.
  Expr random_select(int depth, const std::vector<std::string>& bound) {
    const auto& [name, variables] =
        tensors_[static_cast<std::size_t>(below(static_cast<int>(tensors_.size())))];
    const auto& op = select_operators()[static_cast<std::size_t>(below(4))];
    for (const auto& variable : variables) {
      if (contains(bound, variable) || contains(free_, variable)) continue;
      reduced_.push_back(variable);
      auto inner = bound;
      inner.push_back(variable);
      Select select{op.name, variable, {}};
      select.arguments.push_back(call_of("sub", random_expr(depth - 1, inner), value_of(variable)));
      if (op.takes_position) select.arguments.push_back(random_expr(depth - 1, bound));
      return {std::move(select), {}};
    }
    return random_number();
  }

  /// Of a tensor at its own coordinates if they are all at hand, else of a call.
  Condition random_value_condition(const std::vector<std::string>& variables) {
    Condition condition;
    condition.kind = Condition::Kind::values;
    condition.comparison.comparator = static_cast<Comparator>(below(6));
    Expr left = {Call{"abs", {value_of(variables.front())}}, {}};
    for (const auto& [name, own] : tensors_) {
      const bool at_hand = std::all_of(own.begin(), own.end(), [&](const std::string& variable) {
        return contains(variables, variable);
      });
      if (at_hand && chance(50)) left = {plain(name, own), {}};
    }
    condition.sides.push_back(std::move(left));
    Expr right = chance(50) ? Expr{Number{0.75}, {}} : Expr{random_index(variables), {}};
    condition.sides.push_back(std::move(right));
    return condition;
  }

  Condition random_condition(int depth, const std::vector<std::string>& variables) {
    Condition condition;
    if (depth > 0 && chance(50)) {
      condition.kind = chance(50) ? Condition::Kind::all_of : Condition::Kind::any_of;
      const int parts = 2 + below(2);
      for (int i = 0; i < parts; ++i) {
        condition.parts.push_back(random_condition(depth - 1, variables));
      }
      return condition;
    }
    if (may_.value_conditions && chance(25)) return random_value_condition(variables);
    condition.comparison = {
        may_.divisions && chance(30) ? random_division(variables) : random_index(variables),
        static_cast<Comparator>(below(6)), random_index(variables)};
    if (!may_.negations || !chance(20)) return condition;
    return {Condition::Kind::negation, {}, {condition}, {}};
  }

  /// A side with a tensor in it would be a value, not an index.
  Index random_division(const std::vector<std::string>& variables) {
    Index index = random_part(variables);
    while (!gathers_of(index).empty()) index = random_part(variables);
    return index;
  }

  Index random_index(const std::vector<std::string>& variables) {
    Index index;
    const int terms = 1 + below(3);
    for (int i = 0; i < terms; ++i) {
      const auto variable = static_cast<std::size_t>(below(static_cast<int>(variables.size())));
      index.terms.push_back(
          Term{below(7) - 3, chance(30) ? "M0" : "", chance(60) ? variables[variable] : ""});
    }
    return index;
  }

  /// What must be used: the operators.
  void use_operators() {
    Einsum einsum;
    einsum.output = plain("OPS", {});
    Reduce fold{"fold", {"a", "b"}, {}};
    fold.argument.push_back(call_of("twist", {plain("X", {"a", "b"}), {}}, {Number{1}, {}}));
    einsum.value = {std::move(fold), {}};
    cascade_.outputs.push_back(plain("OPS", {}));
    cascade_.einsums.push_back(std::move(einsum));
  }

  /// `U3[] = any of everything` keeps the checker from finding unused tensors.
  void read_if_unread(const std::pair<std::string, std::vector<std::string>>& tensor) {
    const std::string name = "U" + tensor.first;
    Einsum einsum;
    einsum.output = plain(name, {});
    einsum.value = {plain(tensor.first, tensor.second), {}};
    cascade_.outputs.push_back(plain(name, {}));
    cascade_.einsums.push_back(std::move(einsum));
  }

  std::mt19937& random_;
  const RandomParts& may_;
  Cascade cascade_;
  std::vector<std::string> free_;     ///< of the Einsum being made
  std::vector<std::string> reduced_;  ///< of the Einsum being made
  std::vector<std::pair<std::string, std::vector<std::string>>> tensors_;
};

}  // namespace

Cascade random_cascade(std::mt19937& random, const RandomParts& may) {
  return Generator(random, may).run();
}

}  // namespace attnsim::einsum
