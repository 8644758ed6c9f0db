#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "einsum/affine.h"
#include "einsum/cascade.h"
#include "einsum/interpreter.h"

/// One Einsum made ready to run: names are slots, accesses are offsets. Private to the interpreter
/// and to conditions over boxes.
namespace attnsim::einsum {

/// An index that must lie in [0, extent) before the tensor may be read.
struct BoundsCheck {
  Affine index;
  std::int64_t extent = 0;
  std::string what;  ///< "index 'm+1' of K[e,m+1]", for the message
  std::string rank;
};

/// Positions in `CompiledEinsum::derived`, in an order in which they can be computed.
using DerivedSlots = std::vector<std::size_t>;

struct CompiledAccess {
  const double* data = nullptr;
  Affine offset;
  DerivedSlots derived;             ///< what the indices need
  std::vector<BoundsCheck> checks;  ///< only those that could fail
  Place place;
  std::string text;  ///< as written, for messages
};

/// A coordinate that follows from others: a quotient, a remainder, or what a gather reads.
struct Derived {
  enum class Kind { quotient, remainder, gather };
  Kind kind = Kind::quotient;
  Affine operand;
  std::int64_t divisor = 1;
  std::size_t access = 0;  ///< of a gather: index into the list of accesses
};

/// An index as a value, with what it needs.
struct CompiledIndex {
  Affine affine;
  DerivedSlots derived;
};

struct CompiledCondition {
  Condition::Kind kind = Condition::Kind::comparison;
  Comparator comparator = Comparator::less;
  CompiledIndex difference;  ///< of Kind::comparison: left - right
  std::size_t left = 0;      ///< of Kind::values: nodes
  std::size_t right = 0;
  std::vector<CompiledCondition> parts;
};

/// One node of the right-hand side; arguments are indices into the list of nodes.
struct CompiledNode {
  enum class Kind { number, access, index, call, reduce, select, argument, apply };
  Kind kind = Kind::number;
  double number = 0;       ///< of a reduce: its identity
  std::size_t access = 0;  ///< index into the list of accesses; of an argument: its position
  CompiledIndex index;     ///< of an index
  double (*apply)(double, double) = nullptr;  ///< null where `body` is applied instead
  std::size_t body = 0;                       ///< the node of a declared operator's value
  std::vector<std::size_t> arguments;
  std::vector<std::size_t> slots;  ///< what a reduce or a select runs over
  bool largest_first = false;      ///< of a select
  bool guarded = false;  ///< this reduce or select skips the points that fail the condition
};

/// The plain data of a compiled Einsum; `compile` fills it, `EinsumRun` walks it.
struct CompiledEinsum {
  std::vector<std::string> variables;  ///< by slot: the output's, then the reduced ones
  std::vector<std::int64_t> extents;   ///< by slot of a variable
  std::vector<Derived> derived;        ///< in the slots behind the variables
  std::vector<std::size_t> output_slots;
  double* output = nullptr;
  std::optional<ElementType> rounded_to;
  Affine output_offset;
  double unreached = 0;  ///< what the output holds where the condition excludes it
  /// Of a generative output: where its previous coordinate lies, whose value an excluded one keeps.
  std::optional<Affine> previous_offset;
  std::vector<CompiledAccess> accesses;
  std::vector<CompiledNode> nodes;  ///< the root is the last
  std::optional<CompiledCondition> where;
  bool output_guarded = false;
};

/// @param tensors  holds every tensor that the Einsum reads or writes, at its full size; the result
///                 points into it
[[nodiscard]] CompiledEinsum compile(const Cascade& cascade, const Einsum& einsum,
                                     const Shapes& shapes, Values& tensors, Rounding rounding);

/// Walks the iteration space of a compiled Einsum and writes its output.
class EinsumRun {
 public:
  explicit EinsumRun(CompiledEinsum compiled);

  /// Only the points where these output variables have these coordinates.
  void run_at(const std::map<std::string, std::int64_t>& fixed);

 private:
  void write_point();
  [[nodiscard]] double excluded() const;
  [[nodiscard]] bool holds(const CompiledCondition& condition);
  [[nodiscard]] bool compare_values(const CompiledCondition& condition);
  [[nodiscard]] double value_of(const CompiledNode& node);
  [[nodiscard]] double call(const CompiledNode& node);
  [[nodiscard]] double apply_body(const CompiledNode& node, const std::vector<double>& arguments);
  [[nodiscard]] double reduce(const CompiledNode& node);
  [[nodiscard]] double select(const CompiledNode& node);
  [[nodiscard]] double read(const CompiledAccess& access);
  [[nodiscard]] double coordinate_value(const CompiledIndex& index);
  /// Computes derived coordinates; false if a gather among them found none.
  [[nodiscard]] bool derive(const DerivedSlots& slots);
  [[nodiscard]] std::optional<std::int64_t> gather(const CompiledAccess& access);
  [[nodiscard]] bool advance(const std::vector<std::size_t>& slots);
  [[nodiscard]] std::string here() const;
  [[noreturn]] void fail_outside(const CompiledAccess& access, const BoundsCheck& check) const;

  CompiledEinsum einsum_;
  Point point_;
  /// Whether what is being evaluated went through a gather that holds no coordinate: its point is
  /// left out of the reduction around it, or of the output.
  bool none_ = false;
  std::vector<double> arguments_;  ///< of the declared operators that are being applied
  std::size_t frame_ = 0;          ///< where those of the innermost one start
};

}  // namespace attnsim::einsum
