#include "base/quantity_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <system_error>
#include <vector>

#include "base/did_you_mean.h"

namespace attnsim {
namespace {

/// One unit is binary * 10^decimal of the unit that the quantity counts in. Kept apart because
/// powers of two are exact in a double and powers of ten in decimal text.
struct Unit {
  const char* name = "";
  std::uint64_t binary = 1;
  int decimal = 0;
};

struct Kind {
  const char* noun;     ///< "a number of bytes"
  const char* example;  ///< of a well-written quantity
  std::span<const Unit> units;
};

constexpr std::uint64_t ki = 1024;

// Within a table: the order in which messages list the units.
constexpr std::array<Unit, 9> byte_units{{{"B"},
                                          {"KiB", ki},
                                          {"MiB", ki* ki},
                                          {"GiB", ki* ki* ki},
                                          {"TiB", ki* ki* ki* ki},
                                          {"kB", 1, 3},
                                          {"MB", 1, 6},
                                          {"GB", 1, 9},
                                          {"TB", 1, 12}}};
constexpr std::array<Unit, 3> bit_units{{{"b"}, {"Kib", ki}, {"Mib", ki* ki}}};
constexpr std::array<Unit, 2> cycle_units{{{"cycles"}, {"cycle"}}};
constexpr std::array<Unit, 4> hertz_units{{{"Hz"}, {"kHz", 1, 3}, {"MHz", 1, 6}, {"GHz", 1, 9}}};
constexpr std::array<Unit, 9> rate_units{{{"B/s"},
                                          {"KiB/s", ki},
                                          {"MiB/s", ki* ki},
                                          {"GiB/s", ki* ki* ki},
                                          {"TiB/s", ki* ki* ki* ki},
                                          {"kB/s", 1, 3},
                                          {"MB/s", 1, 6},
                                          {"GB/s", 1, 9},
                                          {"TB/s", 1, 12}}};
constexpr std::array<Unit, 6> energy_units{
    {{"fJ", 1, -3}, {"pJ"}, {"nJ", 1, 3}, {"uJ", 1, 6}, {"mJ", 1, 9}, {"J", 1, 12}}};
constexpr std::array<Unit, 2> area_units{{{"um^2"}, {"mm^2", 1, 6}}};
constexpr std::array<Unit, 4> time_units{{{"ns", 1, -9}, {"us", 1, -6}, {"ms", 1, -3}, {"s"}}};
constexpr std::array<Unit, 2> power_units{{{"mW", 1, -3}, {"W"}}};

constexpr Kind bytes_kind{"a number of bytes", "16 MiB", byte_units};
constexpr Kind bits_kind{"a number of bits", "64 b", bit_units};
constexpr Kind cycles_kind{"a number of cycles", "256 cycles", cycle_units};
constexpr Kind hertz_kind{"a frequency", "940 MHz", hertz_units};
constexpr Kind rate_kind{"a bandwidth", "400 GiB/s", rate_units};
constexpr Kind energy_kind{"an energy", "17.1645 pJ", energy_units};
constexpr Kind area_kind{"an area", "1545 um^2", area_units};
constexpr Kind time_kind{"a time", "3.2 us", time_units};
constexpr Kind power_kind{"a power", "700 W", power_units};
constexpr std::array<const Kind*, 9> kinds{&bytes_kind, &bits_kind, &cycles_kind,
                                           &hertz_kind, &rate_kind, &energy_kind,
                                           &area_kind,  &time_kind, &power_kind};

std::vector<std::string> names_of(const Kind& kind) {
  std::vector<std::string> names;
  for (const auto& unit : kind.units) names.emplace_back(unit.name);
  return names;
}

[[noreturn]] void reject(const Kind& kind, const std::string& problem) {
  throw TextError(problem + ": write it as e.g. \"" + kind.example +
                  "\" (known: " + join(names_of(kind)) + ")");
}

const Unit* find_unit(const Kind& kind, std::string_view name) {
  const auto* const unit = std::find_if(kind.units.data(), kind.units.data() + kind.units.size(),
                                        [&](const Unit& u) { return name == u.name; });
  return unit == kind.units.data() + kind.units.size() ? nullptr : unit;
}

const Unit& unit_named(const Kind& kind, std::string_view name) {
  if (name.empty()) reject(kind, "has no unit");
  if (const Unit* const unit = find_unit(kind, name)) return *unit;
  for (const Kind* other : kinds) {
    if (find_unit(*other, name) != nullptr) {
      reject(kind, std::string("is ") + other->noun + ", not " + kind.noun);
    }
  }
  reject(kind,
         "has the unknown unit \"" + std::string(name) + "\"" + did_you_mean(name, names_of(kind)));
}

struct Written {
  std::string_view number;  ///< digits, or digits.digits
  const Unit* unit;
};

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

/// Splits "16 MiB" in two; one space may stand between, as XML schema's pattern also has it.
Written split(std::string_view text, const Kind& kind) {
  if (text.size() > 1 && text[0] == '-' && skip_digits(text, 1) > 1) reject(kind, "is negative");
  std::size_t end = skip_digits(text, 0);
  if (end == 0) reject(kind, "does not start with a number");
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = end + 1;
    end = skip_digits(text, fraction);
    if (end == fraction) reject(kind, "has no digit after its point");
  }
  auto unit = text.substr(end);
  if (unit.size() > 1 && unit.front() == ' ') unit.remove_prefix(1);
  return {text.substr(0, end), &unit_named(kind, unit)};
}

/// Divides `factor` out of either of two numbers; false where neither has it.
bool divide_out(std::uint64_t& a, std::uint64_t& b, std::uint64_t factor) {
  std::uint64_t& number = a % factor == 0 ? a : b;
  if (number % factor != 0) return false;
  number /= factor;
  return true;
}

/// How many of the counted unit one `unit` is; only for units that are no part of it.
std::uint64_t weight(const Unit& unit) {
  std::uint64_t weight = unit.binary;
  for (int i = 0; i < unit.decimal; ++i) weight *= 10;
  return weight;
}

/// number * weight(unit) in whole numbers throughout: "0.1 kB" is 100 B and "0.1 KiB" is nothing.
std::uint64_t whole(std::string_view text, const Kind& kind) {
  auto [number, unit] = split(text, kind);
  const auto point = std::min(number.find('.'), number.size());
  while (point < number.size() && number.back() == '0') number.remove_suffix(1);
  std::uint64_t digits = 0;
  std::uint64_t times = weight(*unit);
  const auto add_digit = [&](char c) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (digits > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) {
      reject(kind, "is too large or too finely written");
    }
    digits = digits * 10 + digit;
  };
  for (const char c : number) {
    if (c != '.') add_digit(c);
  }
  for (std::size_t i = point + 1; i < number.size(); ++i) {
    if (!divide_out(digits, times, 2) || !divide_out(digits, times, 5)) {
      reject(kind, std::string("is not ") + kind.noun + " that is whole");
    }
  }
  if (digits > std::numeric_limits<std::uint64_t>::max() / times) reject(kind, "is too large");
  return digits * times;
}

/// Correctly rounded: "28.036 fJ" is the double 0.028036.
double real(std::string_view text, const Kind& kind) {
  const auto [number, unit] = split(text, kind);
  const std::string scaled = std::string(number) + "e" + std::to_string(unit->decimal);
  double value = 0;
  const auto [stop, error] = std::from_chars(scaled.data(), scaled.data() + scaled.size(), value);
  value *= static_cast<double>(unit->binary);
  if (error != std::errc() || !std::isfinite(value)) reject(kind, "is out of range");
  return value;
}

/// The fewest decimal digits that read back as `value`, in the given unit, without an exponent.
std::string number_in(double value, const Unit& unit) {
  if (value == 0) return "0";
  std::array<char, 32> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                    value / static_cast<double>(unit.binary), std::chars_format::scientific);
  std::string digits(buffer.data(), result.ptr);
  const auto e = digits.find('e');
  const int point = 1 + std::stoi(digits.substr(e + 1)) - unit.decimal;
  digits.resize(e);
  std::erase(digits, '.');
  const auto size = static_cast<int>(digits.size());
  if (point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (point >= size) return digits + std::string(static_cast<std::size_t>(point - size), '0');
  return digits.insert(static_cast<std::size_t>(point), 1, '.');
}

/// The largest unit among those that `fits` takes, the first of equals, or null.
template <class Fits>
const Unit* largest_unit(const Kind& kind, Fits fits) {
  const auto log = [](const Unit& unit) {
    return std::log10(static_cast<double>(unit.binary)) + unit.decimal;
  };
  const Unit* largest = nullptr;
  for (const auto& unit : kind.units) {
    if (largest != nullptr && log(unit) <= log(*largest)) continue;
    if (fits(unit)) largest = &unit;
  }
  return largest;
}

std::string whole_text(std::uint64_t count, const Kind& kind) {
  const auto* const unit = largest_unit(kind, [&](const Unit& candidate) {
    return weight(candidate) == 1 || (count != 0 && count % weight(candidate) == 0);
  });
  return std::to_string(count / weight(*unit)) + " " + unit->name;
}

/// A whole number of the counted unit or a larger one if there is such; else at least 1.
std::string real_text(double value, const Kind& kind) {
  const auto* unit = largest_unit(kind, [&](const Unit& u) {
    return u.decimal >= 0 && value != 0 && number_in(value, u).find('.') == std::string::npos;
  });
  if (unit == nullptr) {
    unit = largest_unit(kind, [&](const Unit& u) { return number_in(value, u).front() != '0'; });
  }
  if (unit == nullptr) {
    unit = largest_unit(kind, [](const Unit& u) { return u.binary == 1 && u.decimal == 0; });
  }
  return number_in(value, *unit) + " " + unit->name;
}

}  // namespace

template <>
Bytes value_of_text<Bytes>(std::string_view text) {
  return Bytes(whole(text, bytes_kind));
}
template <>
Bits value_of_text<Bits>(std::string_view text) {
  return Bits(whole(text, bits_kind));
}
template <>
Cycles value_of_text<Cycles>(std::string_view text) {
  return Cycles(whole(text, cycles_kind));
}
template <>
Hertz value_of_text<Hertz>(std::string_view text) {
  return Hertz(real(text, hertz_kind));
}
template <>
BytesPerSecond value_of_text<BytesPerSecond>(std::string_view text) {
  return BytesPerSecond(real(text, rate_kind));
}
template <>
Picojoules value_of_text<Picojoules>(std::string_view text) {
  return Picojoules(real(text, energy_kind));
}
template <>
SquareMicrons value_of_text<SquareMicrons>(std::string_view text) {
  return SquareMicrons(real(text, area_kind));
}

template <>
Seconds value_of_text<Seconds>(std::string_view text) {
  return Seconds(real(text, time_kind));
}
template <>
Watts value_of_text<Watts>(std::string_view text) {
  return Watts(real(text, power_kind));
}

double number_of_text(std::string_view text) {
  const auto last = text.find_first_not_of("-0123456789.eE+");
  if (last == std::string_view::npos) return value_of_text<double>(text);
  const auto name = text.substr(std::min(text.size(), text.find_first_not_of("-0123456789. ")));
  const auto has_unit = [&](const Kind* kind) { return find_unit(*kind, name) != nullptr; };
  const auto* const kind = std::find_if(kinds.begin(), kinds.end(), has_unit);
  if (kind != kinds.end()) return real(text, **kind);
  throw TextError("is neither a number nor one with a unit, such as \"16 MiB\" or \"400 GiB/s\"");
}

std::string to_text(Bytes quantity) { return whole_text(quantity.count(), bytes_kind); }
std::string to_text(Bits quantity) { return std::to_string(quantity.count()) + " b"; }
std::string to_text(Cycles quantity) {
  return std::to_string(quantity.count()) + (quantity.count() == 1 ? " cycle" : " cycles");
}
std::string to_text(Hertz quantity) { return real_text(quantity.count(), hertz_kind); }
std::string to_text(BytesPerSecond quantity) { return real_text(quantity.count(), rate_kind); }
std::string to_text(Picojoules quantity) { return real_text(quantity.count(), energy_kind); }
std::string to_text(SquareMicrons quantity) { return real_text(quantity.count(), area_kind); }

}  // namespace attnsim
