#include "validation/measured_page.h"

#include <gmock/gmock.h>
#include <set>

#include "validation/example_measurements.h"
#include "validation/measured_charts.h"
#include "validation/measured_tables.h"

#include "support/web_page.h"

namespace attnsim::validation {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string html_of(const MeasuredStudy& study) {
  return report::to_html(measured_document(study), test::small_parts());
}

std::vector<std::string> section_titles(const MeasuredStudy& study) {
  std::vector<std::string> titles;
  for (const auto& section : measured_document(study).sections) titles.push_back(section.title);
  return titles;
}

MeasuredStudy without_a_model() {
  auto study = example_measured_study();
  study.machine.reset();
  for (auto& row : study.rows) {
    row.simulated.reset();
    row.roofline_s.reset();
    row.failure = "not simulated: no mapping";
  }
  return study;
}

TEST(MeasuredPage, HasASectionForEachQuestion) {
  EXPECT_THAT(section_titles(example_measured_study()),
              ElementsAre("Summary", "How far off", "Beside a bound", "Where the time goes",
                          "All rows", "Measurement"));
}

TEST(MeasuredPage, OfRowsThatWereNotSimulatedDrawsNothing) {
  const auto study = without_a_model();
  EXPECT_THAT(section_titles(study),
              ElementsAre("Summary", "How far off", "All rows", "Measurement"));
  EXPECT_THAT(test::chart_specs(html_of(study)), IsEmpty());
}

TEST(MeasuredPage, OfAnEmptyFileSaysSo) {
  const auto page = measured_document(MeasuredStudy{});
  EXPECT_THAT(page.lead, HasSubstr("0 of 0 rows"));
  EXPECT_THAT(html_of(MeasuredStudy{}), HasSubstr("</html>"));
}

TEST(MeasuredPage, SaysWhereItWasMeasured) {
  const auto html = html_of(example_measured_study());
  EXPECT_THAT(html, AllOf(HasSubstr("<h1>Simulated and measured: Example GPU</h1>"),
                          HasSubstr("driver: 1.2, toolkit: CUDA 13.0"),
                          HasSubstr("SM at most 2000 MHz"), HasSubstr("2026-11-22")));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;.csv"));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
}

TEST(MeasuredPage, LoadsNothing) {
  EXPECT_THAT(test::loads(html_of(example_measured_study())), IsEmpty());
}

TEST(MeasuredPage, EveryChartIsJsonWithDataAndMarks) {
  std::vector<std::string> texts;
  for (const auto& spec : test::chart_specs(html_of(example_measured_study()))) {
    texts.push_back(spec.dump());
  }
  EXPECT_EQ(texts.size(), 7U);
  EXPECT_THAT(texts, Each(AllOf(HasSubstr(R"("values":[{)"), HasSubstr(R"("mark":)"))));
}

TEST(MeasuredPage, TheScatterHasAMarkForEachSimulatedRow) {
  const auto spec = time_scatter(example_measured_study())->spec;
  EXPECT_EQ(spec["data"]["values"].size(), 5U);
  EXPECT_EQ(spec["layer"][0]["data"]["values"].size(), 6U);  // 1:1 and 10% to either side
}

TEST(MeasuredPage, TheRooflineAlsoHasRowsThatWereNotSimulated) {
  const auto spec = measured_roofline(example_measured_study())->spec;
  EXPECT_EQ(spec["data"]["values"].size(), 6U);
}

std::set<std::size_t> widths(const report::HtmlTable& table) {
  std::set<std::size_t> widths{table.columns.size()};
  for (const auto& row : table.rows) widths.insert(row.size());
  return widths;
}

TEST(MeasuredTables, EveryRowHasACellForEachColumn) {
  for (const auto& study : {example_measured_study(), without_a_model()}) {
    for (const auto& table : {kernel_table(study), problem_table(study), missing_table(study),
                              measured_row_table(study)}) {
      EXPECT_EQ(widths(table).size(), 1U) << table.title;
    }
  }
}

TEST(MeasuredTables, AKernelThatIsOffIsMarked) {
  const auto table = kernel_table(example_measured_study());
  EXPECT_FALSE(table.rows[0][2].marked);
  EXPECT_TRUE(table.rows[1][2].marked);
}

TEST(MeasuredTables, RowsWithoutAResultAreCountedByTheirReason) {
  const auto table = missing_table(example_measured_study());
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][2].text, "not simulated: no mapping gpu/mystery");
  EXPECT_EQ(table.rows[1][2].text, "its measurement: error: out of memory, \"2\" of 1 GiB");
}

}  // namespace
}  // namespace attnsim::validation
