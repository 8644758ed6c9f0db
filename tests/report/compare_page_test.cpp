#include "report/compare_page.h"

#include <gmock/gmock.h>

#include "report/comparison.h"
#include "report/example_run.h"

#include "support/web_page.h"

namespace attnsim::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Twice the time of the example, half of it waiting, another traffic.
RunRecord slow_run() {
  auto run = example_run();
  run.label = "slow";
  run.result.cycles *= 2;
  run.result.seconds *= 2;
  run.result.units[0].utilization /= 2;
  run.result.traffic["dram"].read *= 4;
  return run;
}

std::string html_of(const ComparedBlock& block) {
  return to_html(compare_document({block}, "attnsim compare a b"), test::small_parts());
}

TEST(ComparePage, SaysWhyOneWins) {
  const auto html = html_of({{slow_run(), {}}, {example_run(), {}}});

  EXPECT_THAT(html, HasSubstr("first takes 1,000,000 cycles, slow 2,000,000 cycles: 2x as long."));
  EXPECT_THAT(html, HasSubstr("The difference is waiting of the unit that bounds"));
  EXPECT_THAT(html, HasSubstr("attnsim compare a b"));
}

TEST(ComparePage, MarksFiguresThatDiffer) {
  const auto html = html_of({{example_run(), {}}, {slow_run(), {}}});

  EXPECT_THAT(html, HasSubstr("<figure class=\"table differences\">"));
  EXPECT_THAT(html, HasSubstr("<td class=\"left\">traffic, dram read</td><td class=\"right\" "
                              "data-value=\"3221225472\">3 GiB</td><td class=\"right marked\""));
  EXPECT_THAT(html, HasSubstr("<td class=\"left\">traffic, dram written</td><td class=\"right\" "
                              "data-value=\"1073741824\">1 GiB</td><td class=\"right\""));
}

TEST(ComparePage, SetsLoopTreesSideBySide) {
  const auto html =
      html_of({{example_run(), {"for m1", "  QK <tile>"}}, {slow_run(), {"for m1", "  AV"}}});

  EXPECT_THAT(html, AllOf(HasSubstr("for m1\n<mark>  QK &lt;tile&gt;</mark>"),
                          HasSubstr("for m1\n<mark>  AV</mark>")));
}

TEST(ComparePage, LoadsNothing) {
  EXPECT_THAT(test::loads(html_of({{example_run(), {}}})), testing::IsEmpty());
}

ComparisonRow row_of(double first, double second) { return {"", {{"", first}, {"", second}}}; }

TEST(Comparison, AHundredthOfTheFirstIsNoDifference) {
  EXPECT_FALSE(differs(row_of(100, 101)));
  EXPECT_TRUE(differs(row_of(100, 101.1)));
  EXPECT_FALSE(differs(row_of(100, 99)));
  EXPECT_TRUE(differs(row_of(100, 98.9)));
  EXPECT_TRUE(differs({"", {{"-", std::nullopt}, {"1", 1.0}}}));
  EXPECT_FALSE(differs({"", {{"dram", std::nullopt}, {"dram", std::nullopt}}}));
}

TEST(Comparison, HasEachEinsumOnItsUnit) {
  const auto rows = einsum_comparison({example_run(), slow_run()});

  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].name, "  array2d: QK");
  EXPECT_EQ(rows[1].cells[0].text, "62.50%");
}

}  // namespace
}  // namespace attnsim::report
