#include "workloads/model.h"

#include <gtest/gtest.h>
#include <string>

#include "base/complaint.h"

namespace attnsim::workloads {
namespace {

std::string model_refusal(const std::string& text) {
  return complaint([&] { return read_model(XmlElement::parse(text, "m.xml", "model")); });
}

std::string length_refusal(const std::string& text) {
  return complaint([&] { return parse_sequence_length(text); });
}

std::string shape_refusal(const std::string& text) {
  return complaint([&] { return parse_shape(text); });
}

TEST(Model, HasItsShapesAndNoSequence) {
  const auto model = read_model(XmlElement::parse(
      "<model name='m' B='1' D='2' E='3' F='4' H='5' S='6' source='here'/>", "m.xml", "model"));
  EXPECT_EQ(model.name, "m");
  EXPECT_EQ(model.source, "here");
  EXPECT_EQ(model.shapes, (Shapes{{"B", 1}, {"D", 2}, {"E", 3}, {"F", 4}, {"H", 5}, {"S", 6}}));
}

TEST(Model, GetsPAndMFromTheSequenceLength) {
  const auto shapes = shapes_of(Model{"m", {{"B", 64}}, "", {}}, 4096);
  EXPECT_EQ(shapes, (Shapes{{"B", 64}, {"M", 4096}, {"P", 4096}}));
}

TEST(Model, NeedsEveryRank) {
  EXPECT_EQ(model_refusal("<model name='m' B='1'/>"), "m.xml:1:1: <model> needs the attribute 'D'");
}

TEST(Model, RejectsShapesThatAreNone) {
  EXPECT_EQ(model_refusal("<model name='m' B='0'/>"),
            "m.xml:1:17: <model> B=\"0\" must be at least 1");
  EXPECT_EQ(model_refusal("<model name='m' B='-4'/>"),
            "m.xml:1:17: <model> B=\"-4\" must be at least 1");
  EXPECT_EQ(model_refusal("<model name='m' B='2147483649'/>"),
            "m.xml:1:17: <model> B=\"2147483649\" is too large (at most 2147483648)");
  EXPECT_EQ(
      model_refusal("<model name='m' B='64 B'/>"),
      "m.xml:1:17: <model> B=\"64 B\" is not a whole number (a count, written without a unit)");
}

TEST(Model, RejectsWhatItDoesNotKnow) {
  EXPECT_EQ(model_refusal("<model name='m' B='1' D='2' E='3' F='4' H='5' S='6' G='7'/>"),
            "m.xml:1:53: <model> has no attribute 'G' (known: B, D, E, F, H, S, name, source)");
  EXPECT_EQ(model_refusal("<model name='m' B='1' D='2' E='3' F='4' H='5' S='6'><x/></model>"),
            "m.xml:1:53: <x> is not known here (<model> holds no elements)");
}

TEST(SequenceLength, IsPlainOrInBinaryKAndM) {
  EXPECT_EQ(parse_sequence_length("1"), 1);
  EXPECT_EQ(parse_sequence_length("4096"), 4096);
  EXPECT_EQ(parse_sequence_length("64K"), 65536);
  EXPECT_EQ(parse_sequence_length("1M"), 1048576);
}

TEST(SequenceLength, IsAtLeastOne) {
  EXPECT_EQ(length_refusal("0"), "sequence length: \"0\" must be at least 1");
  EXPECT_EQ(length_refusal("0K"), "sequence length: \"0K\" must be at least 1");
  EXPECT_EQ(length_refusal("-1"), "sequence length: \"-1\" must be at least 1");
}

TEST(SequenceLength, FitsIn63Bits) {
  EXPECT_EQ(parse_sequence_length("9007199254740991K"), 9223372036854774784);
  EXPECT_EQ(length_refusal("9007199254740992K"),
            "sequence length: \"9007199254740992K\" is too large");
  EXPECT_EQ(length_refusal("9223372036854775808"),
            "sequence length: \"9223372036854775808\" is too large (at most 9223372036854775807): "
            "write it as e.g. 4096, 64K or 1M");
}

TEST(SequenceLength, IsNothingElse) {
  for (const char* text : {"", "K", "64k", "64KK", "4e3", "64 K", "1.5K", "64G"}) {
    EXPECT_EQ(length_refusal(text),
              "sequence length: \"" + std::string(text) +
                  "\" is not a whole number (a count, written without a unit): write it as e.g. "
                  "4096, 64K or 1M");
  }
}

TEST(Shape, NamesEachRankOnce) {
  EXPECT_EQ(parse_shape("B=16,H=8,P=64K,M0=256"),
            (Shapes{{"B", 16}, {"H", 8}, {"P", 65536}, {"M0", 256}}));
  EXPECT_EQ(shape_refusal("B=16,H=8,B=16"), "shape \"B=16,H=8,B=16\": B is given twice");
}

TEST(Shape, HasRanksInCapitals) {
  EXPECT_EQ(shape_refusal("b=16"),
            "shape \"b=16\": \"b=16\" names no rank: capitals and digits, as in \"M0=256\"");
  EXPECT_EQ(shape_refusal("0M=16"),
            "shape \"0M=16\": \"0M=16\" names no rank: capitals and digits, as in \"M0=256\"");
  EXPECT_EQ(shape_refusal("=16"),
            "shape \"=16\": \"=16\" names no rank: capitals and digits, as in \"M0=256\"");
}

TEST(Shape, HasAShapeForEachRank) {
  EXPECT_EQ(shape_refusal(""), "shape \"\": \"\" is not RANK=SHAPE, as in \"P=1024\"");
  EXPECT_EQ(shape_refusal("B=1,"), "shape \"B=1,\": \"\" is not RANK=SHAPE, as in \"P=1024\"");
  EXPECT_EQ(shape_refusal("B"), "shape \"B\": \"B\" is not RANK=SHAPE, as in \"P=1024\"");
  EXPECT_EQ(shape_refusal("B=0"), "shape \"B=0\": \"B=0\" must be at least 1");
  EXPECT_EQ(shape_refusal("B=x"),
            "shape \"B=x\": \"B=x\" is not a whole number (a count, written without a unit): write "
            "it as e.g. 4096, 64K or 1M");
}

}  // namespace
}  // namespace attnsim::workloads
