#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/place.h"
#include "einsum/element_type.h"

/// A cascade of extended Einsums as a plain value: what the parser makes, the checker completes
/// and everything else (graph, interpreter, mappings) reads. No hardware in sight.
/// Notation: EDGE and TeAAL, in ASCII; ranks are upper case (M), their variables lower case (m).
namespace attnsim::einsum {

struct Term;

/// An index: the sum of its terms (`p`, `m1+1`, `m1*M0+m0`, `0`, `M1`, `h/G`, `I[p,k]*B0+j`). It is
/// affine if no term has a part.
struct Index {
  std::vector<Term> terms;
  bool operator==(const Index& other) const;
};

/// A tensor at a point: `Q[b,h,e,p]`.
struct Access {
  std::string tensor;
  std::vector<Index> indices;  ///< one per rank of the tensor, in its declared order
  Place place;
};

/// `operand * constant`, `operand / constant` rounded down, `operand % constant` (never negative);
/// the constant is made of integers, shapes and parameters.
struct IndexOperation {
  enum class Kind { product, quotient, remainder };
  Kind kind = Kind::quotient;
  Index operand;
  Index constant;
  bool operator==(const IndexOperation& other) const = default;
};

/// What an index has beyond affine terms: an operation, or a gather: the whole number that a tensor
/// of coordinates holds (`I[p,k]`), where -1 is none.
struct IndexPart {
  std::variant<IndexOperation, Access> node;
  bool operator==(const IndexPart& other) const;  ///< wherever the access stands
};

/// One term of an index: `factor` x shape of `rank` (if any) x one thing that varies (if any): the
/// value of `variable`, or what stands in `part`.
struct Term {
  std::int64_t factor = 1;
  std::string rank;                  ///< e.g. "M0" in m1*M0; or a parameter's name; empty: none
  std::string variable;              ///< e.g. "m1"; empty: a constant term, or one with a part
  std::vector<IndexPart> part = {};  ///< at most one; a vector for it holds terms
  bool operator==(const Term& other) const;
};

struct Expr;

struct Number {
  double value = 0;  ///< may be +-infinity (`inf`, `-inf`)
};

/// A map operator applied to its arguments. `op` is the canonical name: "add" "sub" "mul" "div"
/// "max" "min" "neg" "exp" ... (infix + - * / and unary - are spelt as these), or that of an
/// operator which the cascade declares.
struct Call {
  std::string op;
  std::vector<Expr> arguments;
};

/// `op[variables] argument`: a reduction ("sum", "max" ..., or one that the cascade declares) over
/// rank variables.
struct Reduce {
  std::string op;
  std::vector<std::string> variables;
  std::vector<Expr> argument;  ///< exactly one; a vector because Expr is incomplete here
};

/// Population by rank: the coordinate of `variable` that `op` selects, -1 for none. `topk[m](S, k)`
/// and `bottomk[m](S, k)` are the coordinate of the k-th largest and smallest S; `argmax[m] S` and
/// `argmin[m] S` those of the first. Of equal values the lower coordinate comes first.
struct Select {
  std::string op;
  std::string variable;
  std::vector<Expr> arguments;  ///< what is ordered; of topk and bottomk also the position
};

/// In an expression an `Index` is one name: a variable's coordinate, a shape, a parameter, or an
/// argument inside an operator's declaration. On a side of a comparison it may be any index.
struct Expr {
  std::variant<Number, Access, Call, Reduce, Index, Select> node;
  Place place;
};

enum class Comparator { less, less_equal, greater, greater_equal, equal, not_equal };

/// The comparison that holds where this one does not.
[[nodiscard]] Comparator opposite(Comparator comparator);

struct Comparison {
  Index left;
  Comparator comparator = Comparator::less_equal;
  Index right;
};

/// A condition on the iteration space: a comparison of indices (Kind::comparison) or of values, or
/// the conjunction, disjunction or negation of conditions.
struct Condition {
  enum class Kind { comparison, all_of, any_of, negation, values };
  Kind kind = Kind::comparison;
  Comparison comparison;         ///< of indices; for Kind::values only its comparator counts
  std::vector<Condition> parts;  ///< one of a negation, at least two of all_of and any_of
  Place place;
  std::vector<Expr> sides = {};  ///< for Kind::values: left and right
};

/// One equation. Points of the iteration space that fail `where` are not computed: a reduction
/// skips them; an output that no point reaches holds the reduction's identity (0 for a map), or,
/// of a generative tensor, the value that it had at the coordinate before.
struct Einsum {
  Access output;
  Expr value;
  std::optional<Condition> where;
  Place place;
  [[nodiscard]] const std::string& name() const { return output.tensor; }
};

/// A rank: an axis. `M = M1 * M0` gives it parts; the parts are ranks of their own.
struct Rank {
  std::string name;
  std::vector<std::string> parts;  ///< empty, or the ranks whose shapes multiply to this one's
  Place place;
  /// The rank's variable: its name in lower case ("M1" -> "m1").
  [[nodiscard]] std::string variable() const;
};

/// `param W = 128`: a named integer with a default, which the shapes given at evaluation override.
/// Indices and conditions name it where they would name a rank's shape (`Term::rank`).
struct Param {
  std::string name;
  std::int64_t value = 0;
  Place place;
};

/// `typical N = min(64, M / 16)`: the size that a rank or parameter has in practice, for figures
/// where none is given. Evaluation does not use it.
struct Typical {
  std::string name;
  Expr value;  ///< of numbers, ranks, parameters (as `Index`) and operators; rounded down
  Place place;
};

/// `operator lse(x, y) identity -inf = ...`: a map operator of the cascade's own. With an identity
/// it is declared associative and commutative, and reduces too: `lse[m] S[m]`.
struct Operator {
  std::string name;
  std::vector<std::string> parameters;
  Expr value;  ///< of numbers, parameters (as `Index`) and calls
  std::optional<double> identity;
  Place place;
};

/// `input K[e,m] : int8`: the element type of a tensor, as written.
struct TypeDeclaration {
  std::string tensor;
  ElementType type = ElementType::fp64;
  Place place;
};

/// `let BK[e,m1,m0] = K[e,m1*M0+m0]`: another way to index a tensor; no data moves.
struct View {
  Access left;   ///< plain variables only
  Access right;  ///< a tensor declared before (input or intermediate)
};

/// `init RM[b,h,0,p] = -inf`, `init X[0,d] = X0[d]`: what a generative tensor holds at its first
/// coordinate: a number, or a value made of inputs and coordinates.
struct Init {
  Access target;
  double value = 0;
  std::optional<Expr> from = std::nullopt;  ///< instead of `value`
};

/// What the checker knows of a tensor.
struct Tensor {
  enum class Kind { input, intermediate, output, view };
  std::string name;
  Kind kind = Kind::intermediate;
  std::vector<std::string> ranks;  ///< in index order; names of ranks
  /// The rank along which the tensor is generative (written at m1+1 from m1): it has one
  /// coordinate more than that rank's shape. Empty for others.
  std::string generative_rank;
  Place place;
  std::optional<ElementType> type = std::nullopt;  ///< nullopt: as exact as the evaluation is
};

/// A checked cascade. Einsums stand in an order in which each can be computed (the text's order;
/// the checker rejects any other), generative ones iterating along their rank together.
struct Cascade {
  std::string name;
  std::vector<std::string> header;  ///< comment lines above `cascade`, without '#'
  std::vector<Param> params;
  std::vector<Typical> typicals;
  std::vector<Rank> ranks;
  std::vector<Operator> operators;
  std::vector<TypeDeclaration> types;
  std::vector<Access> inputs;   ///< as declared
  std::vector<Access> outputs;  ///< as declared
  std::vector<View> views;
  std::vector<Init> inits;
  std::vector<Einsum> einsums;
  std::vector<Tensor> tensors;  ///< filled by the checker, in order of first appearance
  std::string file;

  [[nodiscard]] const Rank* find_rank(const std::string& name) const;
  [[nodiscard]] const Rank* find_rank_of_variable(const std::string& variable) const;
  [[nodiscard]] const Param* find_param(const std::string& name) const;
  [[nodiscard]] const Operator* find_operator(const std::string& name) const;
  [[nodiscard]] const Tensor* find_tensor(const std::string& name) const;
  [[nodiscard]] const Einsum* find_einsum(const std::string& name) const;
  [[nodiscard]] const View* find_view(const std::string& name) const;
};

}  // namespace attnsim::einsum
