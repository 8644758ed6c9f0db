#pragma once

#include <string>
#include <string_view>

#include "base/units.h"
#include "base/value_text.h"

/// Quantities as people write them: a decimal number and a unit, "16 MiB", "17.1645 pJ".
/// Binary and decimal prefixes differ (1 GiB is not 1 GB), and so do b (bit) and B (byte).
namespace attnsim {

/// @throws TextError if the number is malformed, negative or too large, if the unit is absent,
///         unknown or of another kind, or if a byte, bit or cycle count is not whole; it shows
///         what would be right: `has no unit: write it as e.g. "16 MiB" (known: B, KiB, ...)`
template <>
[[nodiscard]] Bytes value_of_text<Bytes>(std::string_view text);
template <>
[[nodiscard]] Bits value_of_text<Bits>(std::string_view text);
template <>
[[nodiscard]] Cycles value_of_text<Cycles>(std::string_view text);
template <>
[[nodiscard]] Hertz value_of_text<Hertz>(std::string_view text);
template <>
[[nodiscard]] BytesPerSecond value_of_text<BytesPerSecond>(std::string_view text);
template <>
[[nodiscard]] Picojoules value_of_text<Picojoules>(std::string_view text);
template <>
[[nodiscard]] SquareMicrons value_of_text<SquareMicrons>(std::string_view text);
template <>
[[nodiscard]] Seconds value_of_text<Seconds>(std::string_view text);
template <>
[[nodiscard]] Watts value_of_text<Watts>(std::string_view text);

/// A bare number, or a quantity of any kind as its number of bytes, bits, cycles, Hz, B/s, pJ,
/// um^2, s or W: 16 of "16", 16384 of "16 KiB". @throws TextError if it is neither
[[nodiscard]] double number_of_text(std::string_view text);

/// The quantity in the largest unit that gives it exactly, so that reading it back gives an
/// equal one: "16 MiB", "1 MB", "400 GiB/s", "1 cycle".
[[nodiscard]] std::string to_text(Bytes quantity);
[[nodiscard]] std::string to_text(Bits quantity);
[[nodiscard]] std::string to_text(Cycles quantity);
[[nodiscard]] std::string to_text(Hertz quantity);
[[nodiscard]] std::string to_text(BytesPerSecond quantity);
[[nodiscard]] std::string to_text(Picojoules quantity);
[[nodiscard]] std::string to_text(SquareMicrons quantity);

}  // namespace attnsim
