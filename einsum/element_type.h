#pragma once

#include <span>
#include <string>

namespace attnsim::einsum {

/// The element types that a tensor can be declared with.
enum class ElementType {
  fp64,
  fp32,
  tf32,
  bf16,
  fp16,
  fp8_e4m3,
  fp8_e5m2,
  fp4_e2m1,
  int32,
  int16,
  int8,
  int4,
  int2,
  uint32,
  uint16,
  uint8,
  uint4,
  uint2,
  boolean,
};

/// What is known of an element type; integers have no significand.
struct ElementFormat {
  ElementType type = ElementType::fp64;
  const char* name = "";
  int bits = 64;
  int significand = 0;        ///< bits with the implicit one; 0: an integer
  int least_exponent = 0;     ///< of the smallest normal number 2^least_exponent
  double largest = 0;         ///< the largest finite number, or the largest integer
  double least = 0;           ///< the least finite number, or the least integer
  bool has_infinity = false;  ///< what rounds beyond `largest` is infinite; else it saturates
};

/// All of them, in the order of the enumeration.
[[nodiscard]] std::span<const ElementFormat> element_formats();
[[nodiscard]] const ElementFormat& format_of(ElementType type);
/// The format of this name ("bf16"); nullptr if there is none.
[[nodiscard]] const ElementFormat* find_element_format(const std::string& name);

/// The nearest number of the type, ties to even; subnormals are kept. Beyond the type's range it
/// saturates where the type has no infinity. NaN stays NaN in a float and is 0 in an integer.
[[nodiscard]] double round_to(ElementType type, double value);

}  // namespace attnsim::einsum
