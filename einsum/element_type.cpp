#include "einsum/element_type.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace attnsim::einsum {

namespace {

constexpr double fp64_largest = std::numeric_limits<double>::max();
constexpr double fp32_largest = 0x1.fffffep127;

// IEEE 754 binary64, binary32 and binary16; bfloat16 and TF32 are binary32 with fewer bits of
// significand; FP8 as in "FP8 Formats for Deep Learning" (E4M3 has no infinity and reaches 448);
// FP4 as in the OCP Microscaling specification.
constexpr std::array<ElementFormat, 19> table = {{
    {ElementType::fp64, "fp64", 64, 53, -1022, fp64_largest, -fp64_largest, true},
    {ElementType::fp32, "fp32", 32, 24, -126, fp32_largest, -fp32_largest, true},
    {ElementType::tf32, "tf32", 19, 11, -126, 0x1.ffcp127, -0x1.ffcp127, true},
    {ElementType::bf16, "bf16", 16, 8, -126, 0x1.fep127, -0x1.fep127, true},
    {ElementType::fp16, "fp16", 16, 11, -14, 65504, -65504, true},
    {ElementType::fp8_e4m3, "fp8_e4m3", 8, 4, -6, 448, -448, false},
    {ElementType::fp8_e5m2, "fp8_e5m2", 8, 3, -14, 57344, -57344, true},
    {ElementType::fp4_e2m1, "fp4_e2m1", 4, 2, 0, 6, -6, false},
    {ElementType::int32, "int32", 32, 0, 0, 2147483647, -2147483648.0, false},
    {ElementType::int16, "int16", 16, 0, 0, 32767, -32768, false},
    {ElementType::int8, "int8", 8, 0, 0, 127, -128, false},
    {ElementType::int4, "int4", 4, 0, 0, 7, -8, false},
    {ElementType::int2, "int2", 2, 0, 0, 1, -2, false},
    {ElementType::uint32, "uint32", 32, 0, 0, 4294967295.0, 0, false},
    {ElementType::uint16, "uint16", 16, 0, 0, 65535, 0, false},
    {ElementType::uint8, "uint8", 8, 0, 0, 255, 0, false},
    {ElementType::uint4, "uint4", 4, 0, 0, 15, 0, false},
    {ElementType::uint2, "uint2", 2, 0, 0, 3, 0, false},
    {ElementType::boolean, "bool", 1, 0, 0, 1, 0, false},
}};

double round_float(const ElementFormat& format, double value) {
  if (value == 0 || !std::isfinite(value)) {
    return std::isinf(value) && !format.has_infinity ? std::copysign(format.largest, value) : value;
  }
  const int exponent = std::max(std::ilogb(value), format.least_exponent);
  const int step = exponent - format.significand + 1;
  const double rounded = std::ldexp(std::nearbyint(std::ldexp(value, -step)), step);
  if (std::fabs(rounded) <= format.largest) return rounded;
  const double beyond =
      format.has_infinity ? std::numeric_limits<double>::infinity() : format.largest;
  return std::copysign(beyond, value);
}

}  // namespace

std::span<const ElementFormat> element_formats() { return table; }

const ElementFormat& format_of(ElementType type) {
  return table.at(static_cast<std::size_t>(type));
}

const ElementFormat* find_element_format(const std::string& name) {
  const auto* const found = std::find_if(
      table.begin(), table.end(), [&](const ElementFormat& row) { return name == row.name; });
  return found == table.end() ? nullptr : found;
}

double round_to(ElementType type, double value) {
  const ElementFormat& format = format_of(type);
  if (type == ElementType::fp64) return value;
  if (format.significand > 0) return round_float(format, value);
  if (std::isnan(value)) return 0;
  return std::clamp(std::nearbyint(value), format.least, format.largest);
}

}  // namespace attnsim::einsum
