#include <gmock/gmock.h>
#include <numeric>
#include <sstream>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

using testing::ElementsAre;

std::vector<std::string> names_at(const Cascade& cascade, const std::vector<std::size_t>& indices) {
  std::vector<std::string> names;
  for (const auto index : indices) names.push_back(cascade.einsums[index].name());
  return names;
}

TEST(DependencyGraph, DrawsARecurrenceWithItsGenerativeEdgesDashed) {
  const Cascade cascade = parse_cascade(
      "cascade running_max\nrank M = M1 * M0\ninput X[m]\noutput Y[]\n"
      "let BX[m1,m0] = X[m1*M0+m0]\ninit R[0] = -inf\n"
      "L[m1] = max[m0] BX[m1,m0]\nR[m1+1] = max(R[m1], L[m1])\nY[] = R[M1]\n",
      "t");

  std::ostringstream dot;
  write_dot(dot, cascade);

  EXPECT_EQ(dot.str(), R"dot(digraph G {
label="running_max";
0[shape=box, style=bold, label="X[M]"];
1[shape=box, style=dotted, label="BX[M1,M0]"];
2[shape=box, label="L[M1]"];
3[shape=box, label="R[M1+1]"];
4[shape=box, style=bold, label="Y[]"];
5[shape=ellipse, label="L[m1] = max[m0] BX[m1,m0]"];
6[shape=ellipse, label="R[m1+1] = max(R[m1], L[m1])"];
7[shape=ellipse, label="Y[] = R[M1]"];
0->1 ;
1->5 ;
5->2 ;
3->6 [style=dashed];
2->6 ;
6->3 ;
3->7 ;
7->4 ;
}
)dot");
}

TEST(DependencyGraph, KeepsTheTextsOrderWhereItCan) {
  for (const auto& name : shipped_cascades()) {
    const Cascade cascade = load_cascade(cascade_path(name));
    std::vector<std::size_t> text_order(cascade.einsums.size());
    std::iota(text_order.begin(), text_order.end(), std::size_t{0});
    EXPECT_EQ(topological_order(cascade), text_order) << name;
  }
}

TEST(DependencyGraph, OrdersShuffledEinsums) {
  Cascade cascade = load_cascade(cascade_path("attention_3pass"));
  std::swap(cascade.einsums[0], cascade.einsums[5]);
  std::swap(cascade.einsums[1], cascade.einsums[3]);
  EXPECT_THAT(names_at(cascade, topological_order(cascade)),
              ElementsAre("QK", "GM", "SN", "SD", "A", "AV"));
}

TEST(DependencyGraph, NamesTheEinsumsThatWaitForEachOther) {
  Cascade cascade = load_cascade(cascade_path("attention_3pass"));
  cascade.einsums[1].value = {cascade.einsums[3].output, {}};  // GM reads SD
  EXPECT_THAT([&] { static_cast<void>(topological_order(cascade)); },
              testing::ThrowsMessage<InputError>(testing::EndsWith(
                  ":10:1: these Einsums wait for each other: GM, SN, SD, A, AV")));
}

TEST(RecurrenceMembers, AreTheGenerativeEinsumsAndThoseBetweenThem) {
  const Cascade cascade = load_cascade(cascade_path("attention_1pass"));
  EXPECT_THAT(names_at(cascade, recurrence_members(cascade, "M1")),
              ElementsAre("RM", "SLN", "SLD", "PRM", "SPD", "RD", "SLNV", "SPNV", "RNV"));
  EXPECT_THAT(recurrence_members(cascade, "M0"), ElementsAre());
}

TEST(StrongComponents, KeepEinsumsTogetherThatNeedEachOther) {
  const Cascade cascade = load_cascade(cascade_path("attention_1pass"));
  std::vector<std::string> together;
  for (const auto& members : strong_components(cascade)) {
    std::string text;
    for (const auto& name : names_at(cascade, members)) text += (text.empty() ? "" : "+") + name;
    together.push_back(text);
  }
  EXPECT_THAT(together, testing::UnorderedElementsAre("QK", "LM", "RM", "SLN", "SLD", "PRM",
                                                      "SPD+RD", "SLNV", "SPNV+RNV", "AV"));
}

}  // namespace
}  // namespace attnsim::einsum
