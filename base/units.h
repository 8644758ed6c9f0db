#pragma once

#include <cassert>
#include <compare>
#include <cstdint>
#include <type_traits>

namespace attnsim {

/// A number that remembers its unit. Equal units add and compare; anything else must be
/// written out, so that cycles never meet picojoules by accident.
template <class Tag, class Rep>
class Quantity {
 public:
  using rep = Rep;

  constexpr Quantity() = default;
  constexpr explicit Quantity(Rep number) : number_(number) {}

  [[nodiscard]] constexpr Rep count() const { return number_; }

  constexpr Quantity& operator+=(Quantity other) {
    number_ += other.number_;
    return *this;
  }
  /// A count cannot go below zero: taking more than there is breaks an invariant.
  constexpr Quantity& operator-=(Quantity other) {
    assert(!std::is_unsigned_v<Rep> || other.number_ <= number_);
    number_ -= other.number_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, Rep times) { return Quantity(a.number_ * times); }
  friend constexpr Quantity operator*(Rep times, Quantity a) { return a * times; }
  friend constexpr bool operator==(Quantity a, Quantity b) = default;
  friend constexpr auto operator<=>(Quantity a, Quantity b) { return a.number_ <=> b.number_; }

 private:
  Rep number_{};
};

using Cycles = Quantity<struct CyclesTag, std::uint64_t>;
using Elements = Quantity<struct ElementsTag, std::uint64_t>;
using Bytes = Quantity<struct BytesTag, std::uint64_t>;
using Bits = Quantity<struct BitsTag, std::uint64_t>;
using Hertz = Quantity<struct HertzTag, double>;
using BytesPerSecond = Quantity<struct BytesPerSecondTag, double>;
using Picojoules = Quantity<struct PicojoulesTag, double>;
using SquareMicrons = Quantity<struct SquareMicronsTag, double>;
using Seconds = Quantity<struct SecondsTag, double>;
using Watts = Quantity<struct WattsTag, double>;

/// Unit as printed in every report; a quantity without one does not compile as a statistic.
template <class Q>
inline constexpr const char* unit_of = nullptr;
template <>
inline constexpr const char* unit_of<Cycles> = "cycles";
template <>
inline constexpr const char* unit_of<Elements> = "elements";
template <>
inline constexpr const char* unit_of<Bytes> = "bytes";
template <>
inline constexpr const char* unit_of<Bits> = "b";
template <>
inline constexpr const char* unit_of<Hertz> = "Hz";
template <>
inline constexpr const char* unit_of<BytesPerSecond> = "B/s";
template <>
inline constexpr const char* unit_of<Picojoules> = "pJ";
template <>
inline constexpr const char* unit_of<SquareMicrons> = "um^2";
template <>
inline constexpr const char* unit_of<Seconds> = "s";
template <>
inline constexpr const char* unit_of<Watts> = "W";

}  // namespace attnsim
