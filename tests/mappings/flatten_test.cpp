// `<flatten>`: several ranks of a tensor as one.
#include "mappings/flatten.h"

#include <gmock/gmock.h>

#include "base/complaint.h"
#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Shapes sizes{{"B", 3}, {"P", 5}, {"D", 7}, {"M", 4}, {"M1", 2}, {"M0", 2}};

Mapping mapping_with(const std::string& flattens) {
  const auto text = "<mapping name=\"m\" cascade=\"c\">\n" + flattens +
                    "\n<einsum name=\"Y\" on=\"u\"/></mapping>";
  return read_mapping(XmlElement::parse(text, "m.xml", "mapping"));
}

einsum::Cascade cascade_of(const std::string& statements) {
  return einsum::parse_cascade("cascade c\nrank " + statements, "c.cascade");
}

const std::string product =
    "B P D M = M1 * M0\ninput X[b,d,p] W[d] N[b,p,m1,m0]\noutput Y[b,p]\n"
    "Y[b,p] = sum[m1,m0] (sum[d] X[b,d,p] * W[d]) * N[b,p,m1,m0]\n";

std::string complaint_of(const std::string& flattens, const std::string& statements = product) {
  return complaint([&] {
    auto shapes = sizes;
    return flattened(cascade_of(statements), mapping_with(flattens), shapes);
  });
}

const std::string bp = "<flatten rank=\"BP\" of=\"B P\"/>";

TEST(FlattenRanks, MergesTheRanksOfTensorsThatHaveThemAll) {
  auto shapes = sizes;
  const auto flat = flattened(cascade_of(product), mapping_with(bp), shapes);

  EXPECT_EQ(shapes.at("BP"), 15);
  EXPECT_THAT(flat.find_tensor("X")->ranks, ElementsAre("BP", "D"));
  EXPECT_THAT(flat.find_tensor("W")->ranks, ElementsAre("D"));
  EXPECT_THAT(flat.find_tensor("N")->ranks, ElementsAre("BP", "M1", "M0"));
  EXPECT_EQ(flat.einsums.front().output.indices.size(), 1U);
}

TEST(FlattenRanks, MergesRanksThatAreSummedTogether) {
  auto shapes = sizes;
  const auto flat = flattened(cascade_of("B P D\ninput X[b,d,p] W[d,p]\noutput Y[b]\n"
                                         "Y[b] = sum[d,p] X[b,d,p] * W[d,p]\n"),
                              mapping_with("<flatten rank=\"K\" of=\"D P\"/>"), shapes);
  const auto& sum = std::get<einsum::Reduce>(flat.einsums.front().value.node);
  EXPECT_THAT(sum.variables, ElementsAre("k"));
}

TEST(FlattenRanks, RejectsARankThatTheCascadeLacks) {
  EXPECT_EQ(complaint_of("<flatten rank=\"BZ\" of=\"B Z\"/>"),
            "m.xml:2:1: cascade 'c' has no rank 'Z' (known: B, P, D, M, M1, M0)");
}

TEST(FlattenRanks, RejectsANameThatIsTaken) {
  EXPECT_EQ(complaint_of("<flatten rank=\"D\" of=\"B P\"/>"),
            "m.xml:2:1: cascade 'c' has a 'D' already: give the flattened rank a name of its own");
}

TEST(FlattenRanks, RejectsAPartOfASplitRank) {
  EXPECT_EQ(complaint_of("<flatten rank=\"PM\" of=\"P M0\"/>"),
            "m.xml:2:1: rank M0 is split or a part of a split rank, which cannot be flattened");
  EXPECT_THAT(complaint_of("<flatten rank=\"PM\" of=\"P M\"/>"), HasSubstr("rank M is split"));
}

TEST(FlattenRanks, RejectsRanksThatNoTensorHasTogether) {
  EXPECT_EQ(complaint_of("<flatten rank=\"PB\" of=\"P B D\"/>",
                         "B P D\ninput X[b,p] W[d]\noutput Y[b]\nY[b] = sum[p,d] X[b,p] * W[d]\n"),
            "m.xml:2:1: no tensor has all of the ranks P, B, D");
}

TEST(FlattenRanks, RejectsAnEinsumThatAlsoUsesOneOfTheRanksAlone) {
  EXPECT_EQ(complaint_of(bp,
                         "B P\ninput X[b,p] W[b]\noutput Y[b,p]\n"
                         "Y[b,p] = X[b,p] * W[b]\n"),
            "m.xml:2:1: the ranks B, P cannot be flattened: Einsum 'Y' at c.cascade:5:1 also uses "
            "B by itself");
}

TEST(FlattenRanks, RejectsASumOverOneOfTheRanks) {
  EXPECT_THAT(complaint_of(bp, "B P\ninput X[b,p]\noutput Y[b]\nY[b] = sum[p] X[b,p]\n"),
              HasSubstr("Einsum 'Y' at c.cascade:5:1 also uses B by itself"));
}

TEST(FlattenRanks, RejectsACondition) {
  EXPECT_THAT(
      complaint_of(bp, "B P\ninput X[b,p]\noutput Y[b,p]\nY[b,p] = exp(X[b,p]) where p < 3\n"),
      HasSubstr("also uses P by itself"));
}

TEST(FlattenRanks, RejectsAnIndexThatIsMoreThanAVariable) {
  EXPECT_THAT(
      complaint_of(bp, "B P\ninput X[b,p]\noutput Y[b,p]\nY[b,p] = X[b,p-1] where p >= 1\n"),
      HasSubstr("X at c.cascade:5:10 is indexed along P by more than its variable"));
}

TEST(FlattenRanks, RejectsAGenerativeRank) {
  EXPECT_EQ(complaint_of(bp,
                         "B P\ninput X[b,p]\noutput Y[b]\ninit R[b,0] = 0\n"
                         "R[b,p+1] = R[b,p] + X[b,p]\nY[b] = R[b,P] * 1\n"),
            "m.xml:2:1: tensor R is generative along P, which cannot be flattened");
}

TEST(FlattenRanks, RejectsAShapeBeyond64Bits) {
  const auto message = complaint<InfeasibleError>([&] {
    Shapes shapes{{"B", std::int64_t{1} << 40U}, {"P", std::int64_t{1} << 40U}, {"D", 1}};
    return flattened(cascade_of(product), mapping_with(bp), shapes);
  });
  EXPECT_EQ(message, "m.xml:2:1: the shape of rank BP exceeds 64 bits");
}

TEST(FlattenReader, RejectsFewerThanTwoRanksOrOneTwice) {
  EXPECT_THAT(complaint([] { return mapping_with("<flatten rank=\"BP\" of=\"B\"/>"); }),
              AllOf(HasSubstr("m.xml:2:20: "), HasSubstr("must name at least two ranks")));
  EXPECT_THAT(complaint([] { return mapping_with("<flatten rank=\"BP\" of=\"B P B\"/>"); }),
              HasSubstr("names B twice"));
}

TEST(FlattenReader, RejectsANameInLowerCase) {
  EXPECT_THAT(complaint([] { return mapping_with("<flatten rank=\"bp\" of=\"B P\"/>"); }),
              AllOf(HasSubstr("m.xml:2:10: "), HasSubstr("names no rank: capitals and digits")));
}

}  // namespace
}  // namespace attnsim::mappings
