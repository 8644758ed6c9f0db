#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "einsum/affine.h"
#include "einsum/cascade.h"
#include "einsum/interpreter.h"

/// One Einsum made ready to run: names are slots, accesses are offsets. Private to the interpreter.
namespace attnsim::einsum {

/// An index that must lie in [0, extent) before the tensor may be read.
struct BoundsCheck {
  Affine index;
  std::int64_t extent = 0;
  std::string what;  ///< "index 'm+1' of K[e,m+1]", for the message
  std::string rank;
};

struct CompiledAccess {
  const double* data = nullptr;
  Affine offset;
  std::vector<BoundsCheck> checks;  ///< only those that could fail
  Place place;
};

struct CompiledComparison {
  Affine difference;  ///< left - right
  Comparator comparator = Comparator::less;
};

struct CompiledCondition {
  Condition::Kind kind = Condition::Kind::comparison;
  CompiledComparison comparison;
  std::vector<CompiledCondition> parts;

  [[nodiscard]] bool holds(const Point& point) const;
};

/// One node of the right-hand side; arguments are indices into the list of nodes.
struct CompiledNode {
  enum class Kind { number, access, call, reduce };
  Kind kind = Kind::number;
  double number = 0;       ///< of a reduce: its identity
  std::size_t access = 0;  ///< index into the list of accesses
  double (*apply)(double, double) = nullptr;
  std::array<std::size_t, 2> arguments{};
  std::size_t arity = 0;
  std::vector<std::size_t> slots;  ///< what a reduce runs over
  bool guarded = false;            ///< this reduce skips the points that fail the condition
};

/// The plain data of a compiled Einsum; `compile` fills it, `EinsumRun` walks it.
struct CompiledEinsum {
  std::vector<std::string> variables;  ///< by slot: the output's, then the reduced ones
  std::vector<std::int64_t> extents;   ///< by slot
  std::vector<std::size_t> output_slots;
  double* output = nullptr;
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
                                     const Shapes& shapes, Values& tensors);

/// Walks the iteration space of a compiled Einsum and writes its output.
class EinsumRun {
 public:
  explicit EinsumRun(CompiledEinsum compiled);

  void run_all();
  /// Only the points where the output variable has this coordinate.
  void run_at(const std::string& variable, std::int64_t coordinate);

 private:
  void run_over(const std::vector<std::size_t>& slots);
  [[nodiscard]] double excluded() const;
  [[nodiscard]] double value_of(const CompiledNode& node);
  [[nodiscard]] double reduce(const CompiledNode& node);
  [[nodiscard]] double read(const CompiledAccess& access) const;
  [[nodiscard]] bool advance(const std::vector<std::size_t>& slots);
  [[noreturn]] void fail_outside(const CompiledAccess& access, const BoundsCheck& check) const;

  CompiledEinsum einsum_;
  Point point_;
};

}  // namespace attnsim::einsum
