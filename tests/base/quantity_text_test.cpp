#include "base/quantity_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/complaint.h"

namespace attnsim {
namespace {

template <class Q>
std::string problem(const std::string& text) {
  return complaint<TextError>([&] { return value_of_text<Q>(text); });
}

const std::string bytes_hint =
    R"(: write it as e.g. "16 MiB" (known: B, KiB, MiB, GiB, TiB, kB, MB, GB, TB))";
const std::string bits_hint = R"(: write it as e.g. "64 b" (known: b, Kib, Mib))";
const std::string cycles_hint = R"(: write it as e.g. "256 cycles" (known: cycles, cycle))";
const std::string hertz_hint = R"(: write it as e.g. "940 MHz" (known: Hz, kHz, MHz, GHz))";
const std::string energy_hint = R"(: write it as e.g. "17.1645 pJ" (known: fJ, pJ, nJ, uJ, mJ, J))";

TEST(QuantityText, ReadsBinaryAndDecimalPrefixesAsDifferent) {
  EXPECT_EQ(value_of_text<Bytes>("16 MiB"), Bytes(16777216));
  EXPECT_EQ(value_of_text<Bytes>("16 MB"), Bytes(16000000));
  EXPECT_EQ(value_of_text<BytesPerSecond>("400 GiB/s"), BytesPerSecond(429496729600.0));
  EXPECT_EQ(value_of_text<BytesPerSecond>("400 GB/s"), BytesPerSecond(4e11));
}

TEST(QuantityText, ReadsEveryKind) {
  EXPECT_EQ(value_of_text<Bits>("4096 b"), Bits(4096));
  EXPECT_EQ(value_of_text<Cycles>("256 cycles"), Cycles(256));
  EXPECT_EQ(value_of_text<Cycles>("1 cycle"), Cycles(1));
  EXPECT_EQ(value_of_text<Hertz>("940 MHz"), Hertz(940e6));
  EXPECT_EQ(value_of_text<Picojoules>("17.1645 pJ"), Picojoules(17.1645));
  EXPECT_EQ(value_of_text<Picojoules>("28.036 fJ"), Picojoules(0.028036));
  EXPECT_EQ(value_of_text<Picojoules>("2 nJ"), Picojoules(2000));
  EXPECT_EQ(value_of_text<SquareMicrons>("49.28944 um^2"), SquareMicrons(49.28944));
  EXPECT_EQ(value_of_text<SquareMicrons>("84.2012 mm^2"), SquareMicrons(84201200));
}

TEST(QuantityText, NeedsNoSpaceBeforeTheUnit) {
  EXPECT_EQ(value_of_text<Bytes>("16MiB"), value_of_text<Bytes>("16 MiB"));
}

TEST(QuantityText, ReadsAFractionThatIsWholeInTheBaseUnit) {
  EXPECT_EQ(value_of_text<Bytes>("0.5 KiB"), Bytes(512));
  EXPECT_EQ(value_of_text<Bytes>("0.1 kB"), Bytes(100));
  EXPECT_EQ(value_of_text<Bytes>("16.000 B"), Bytes(16));
  EXPECT_EQ(value_of_text<Bytes>("10.0 B"), Bytes(10));
}

TEST(QuantityText, HoldsTheGreatestCountAndNotOneMore) {
  EXPECT_EQ(value_of_text<Bytes>("18446744073709551615 B"), Bytes(18446744073709551615U));
  EXPECT_EQ(problem<Bytes>("18446744073709551616 B"),
            "is too large or too finely written" + bytes_hint);
  EXPECT_EQ(value_of_text<Bytes>("16777215 TiB"), Bytes(18446742974197923840U));
  EXPECT_EQ(problem<Bytes>("16777216 TiB"), "is too large" + bytes_hint);
}

TEST(QuantityText, RejectsABareNumber) {
  EXPECT_EQ(problem<Bytes>("16"), "has no unit" + bytes_hint);
  EXPECT_EQ(problem<Cycles>("16"), "has no unit" + cycles_hint);
  EXPECT_EQ(problem<Hertz>("940.5"), "has no unit" + hertz_hint);
  EXPECT_EQ(problem<SquareMicrons>("1545"),
            "has no unit: write it as e.g. \"1545 um^2\" (known: um^2, mm^2)");
}

TEST(QuantityText, RejectsAnUnknownUnitAndGuessesTheRightOne) {
  EXPECT_EQ(problem<Bytes>("16 mib"),
            "has the unknown unit \"mib\", did you mean 'MiB'?" + bytes_hint);
  EXPECT_EQ(problem<Hertz>("940 XYZW"), "has the unknown unit \"XYZW\"" + hertz_hint);
  EXPECT_EQ(problem<Bytes>("16 "), "has the unknown unit \" \"" + bytes_hint);
  EXPECT_EQ(problem<Bytes>("16  B"), "has the unknown unit \" B\", did you mean 'B'?" + bytes_hint);
}

TEST(QuantityText, RejectsAUnitOfAnotherKind) {
  EXPECT_EQ(problem<Bytes>("16 b"), "is a number of bits, not a number of bytes" + bytes_hint);
  EXPECT_EQ(problem<Bits>("16 B"), "is a number of bytes, not a number of bits" + bits_hint);
  EXPECT_EQ(problem<Picojoules>("1 GHz"), "is a frequency, not an energy" + energy_hint);
}

TEST(QuantityText, RejectsANegativeQuantity) {
  EXPECT_EQ(problem<Bytes>("-1 B"), "is negative" + bytes_hint);
  EXPECT_EQ(problem<Picojoules>("-0.5 pJ"), "is negative" + energy_hint);
}

TEST(QuantityText, RejectsWhatIsNoNumber) {
  for (const char* text : {"", "nan pJ", "inf pJ", "pJ", ".5 pJ", "+5 pJ", " 5 pJ", "- pJ"}) {
    EXPECT_EQ(problem<Picojoules>(text), "does not start with a number" + energy_hint) << text;
  }
  EXPECT_EQ(problem<Picojoules>("5. pJ"), "has no digit after its point" + energy_hint);
}

TEST(QuantityText, RejectsWhatNoDoubleHolds) {
  EXPECT_EQ(problem<Picojoules>("1" + std::string(400, '0') + " pJ"),
            "is out of range" + energy_hint);
  EXPECT_EQ(problem<Picojoules>("1" + std::string(308, '0') + " J"),
            "is out of range" + energy_hint);
}

TEST(QuantityText, RejectsPartsOfABit) {
  EXPECT_EQ(problem<Bytes>("0.1 KiB"), "is not a number of bytes that is whole" + bytes_hint);
  EXPECT_EQ(problem<Bits>("0.5 b"), "is not a number of bits that is whole" + bits_hint);
  EXPECT_EQ(problem<Cycles>("1.5 cycles"), "is not a number of cycles that is whole" + cycles_hint);
}

TEST(QuantityText, IsPrintedInTheLargestExactUnit) {
  EXPECT_EQ(to_text(Bytes(16777216)), "16 MiB");
  EXPECT_EQ(to_text(Bytes(16777217)), "16777217 B");
  EXPECT_EQ(to_text(Bytes(1000000)), "1 MB");
  EXPECT_EQ(to_text(Bytes()), "0 B");
  EXPECT_EQ(to_text(Bits(4096)), "4096 b");
  EXPECT_EQ(to_text(Cycles(1)), "1 cycle");
  EXPECT_EQ(to_text(Cycles(0)), "0 cycles");
  EXPECT_EQ(to_text(Hertz(940e6)), "940 MHz");
  EXPECT_EQ(to_text(BytesPerSecond(429496729600.0)), "400 GiB/s");
  EXPECT_EQ(to_text(Picojoules(17.1645)), "17.1645 pJ");
  EXPECT_EQ(to_text(Picojoules(0.028036)), "28.036 fJ");
  EXPECT_EQ(to_text(Picojoules()), "0 pJ");
  EXPECT_EQ(to_text(SquareMicrons(84201200)), "84201200 um^2");
  EXPECT_EQ(to_text(SquareMicrons(2e6)), "2 mm^2");
}

TEST(QuantityText, ReadsBackWhatItPrints) {
  for (const double value : {1e-9, 0.1, 1.0 / 3, 17.1645, 94.6475, 12512.760572, 5e15, 1.7e300}) {
    EXPECT_EQ(value_of_text<Picojoules>(to_text(Picojoules(value))), Picojoules(value)) << value;
    EXPECT_EQ(value_of_text<BytesPerSecond>(to_text(BytesPerSecond(value))), BytesPerSecond(value));
  }
}

TEST(QuantityText, ReadsBackTheBytesItPrints) {
  for (std::uint64_t value = 1; value < std::uint64_t{1} << 60U; value *= 6) {
    EXPECT_EQ(value_of_text<Bytes>(to_text(Bytes(value))), Bytes(value));
  }
}

TEST(NumberOfText, IsABareNumberOrCountsAQuantityOfAnyKindInItsOwnUnit) {
  EXPECT_EQ(number_of_text("16"), 16);
  EXPECT_EQ(number_of_text("-1.5e3"), -1500);
  EXPECT_EQ(number_of_text("16 KiB"), 16384);
  EXPECT_EQ(number_of_text("10 mm^2"), 1e7);
  EXPECT_EQ(number_of_text("400 GiB/s"), 429496729600.0);
  EXPECT_EQ(number_of_text("940MHz"), 940e6);
  EXPECT_EQ(number_of_text("0.5 TB"), 5e11);
}

TEST(NumberOfText, IsNothingElse) {
  const auto refused = [](const std::string& text) {
    return complaint<TextError>([&] { return number_of_text(text); });
  };
  for (const char* text : {"lstp", "16 parsecs", "KiB", ""}) EXPECT_NE(refused(text), "") << text;
  EXPECT_EQ(refused("1 2"),
            "is neither a number nor one with a unit, such as \"16 MiB\" or "
            "\"400 GiB/s\"");
  EXPECT_THAT(refused("-1 KiB"), testing::StartsWith("is negative"));
}

}  // namespace
}  // namespace attnsim
