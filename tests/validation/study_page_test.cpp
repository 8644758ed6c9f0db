#include "validation/study_page.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <set>

#include "validation/chart_parts.h"
#include "validation/example_study.h"
#include "validation/study_charts.h"
#include "validation/study_points.h"
#include "validation/study_tables.h"

#include "support/web_page.h"

namespace attnsim::validation {
namespace {

using ::testing::AllOf;
using ::testing::DoubleEq;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

std::string html_of(const StudyResult& study) {
  return report::to_html(study_document(study), test::small_parts());
}

std::vector<std::string> section_titles(const StudyResult& study) {
  std::vector<std::string> titles;
  for (const auto& section : study_document(study).sections) titles.push_back(section.title);
  return titles;
}

const Measure& latency() { return measures().front(); }

auto find_point(const std::vector<Point>& points, const std::string& configuration,
                const std::string& model, const std::string& length) {
  return std::find_if(points.begin(), points.end(), [&](const Point& point) {
    return point.configuration == configuration && point.model == model &&
           point.sequence_length == length;
  });
}

bool has_point(const std::vector<Point>& points, const std::string& configuration,
               const std::string& model, const std::string& length) {
  return find_point(points, configuration, model, length) != points.end();
}

/// The point, or one without values.
Point point_of(const std::vector<Point>& points, const std::string& configuration,
               const std::string& model, const std::string& length) {
  const auto point = find_point(points, configuration, model, length);
  return point == points.end() ? Point{} : *point;
}

TEST(StudyPage, OfAnEmptyStudySaysSo) {
  const auto page = study_document(StudyResult{});

  EXPECT_EQ(page.lead, "The study has no rows.");
  EXPECT_THAT(page.sections, IsEmpty());
  EXPECT_THAT(html_of(StudyResult{}), HasSubstr("</html>"));
}

TEST(StudyPage, HasASectionForEachThingThatTheStudyHas) {
  EXPECT_THAT(section_titles(example_study()),
              ElementsAre("Summary", "How far off", "What becomes of the energy claim",
                          "Utilization", "Attention", "End to end", "Area", "All rows"));
}

TEST(StudyPage, LeavesOutWhatTheStudyLacks) {
  StudyResult study;
  study.rows.push_back(example_row("flat", "bert", "1K", 1));

  EXPECT_THAT(section_titles(study), ElementsAre("How far off", "All rows"));
}

TEST(StudyPage, ShowsTheTextsOfAStudyAsText) {
  const auto html = html_of(example_study());

  EXPECT_THAT(html, HasSubstr("<h1>Example &lt;b&gt;study&lt;/b&gt;</h1>"));
  EXPECT_THAT(html, HasSubstr("flat.xml:8:1: &lt;/script&gt; does not fit"));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
}

TEST(StudyPage, LoadsNothing) { EXPECT_THAT(test::loads(html_of(example_study())), IsEmpty()); }

TEST(StudyPage, EveryChartIsJsonWithDataAndMarks) {
  const auto specs = test::chart_specs(html_of(example_study()));

  // Errors, one waterfall, three of utilization, two of attention, two end to end, area.
  EXPECT_EQ(specs.size(), 10U);
  std::vector<std::string> texts;
  texts.reserve(specs.size());
  for (const auto& spec : specs) texts.push_back(spec.dump());
  EXPECT_THAT(texts, Each(AllOf(HasSubstr(R"("values":[{)"), HasSubstr(R"("mark":)"))));
}

TEST(StudyPage, FailedRowKeepsWhatIsPublished) {
  const auto study = example_study();
  const auto points = attention_points(study, latency());
  const auto failed = point_of(points, "flat", "BERT", "1K");

  EXPECT_THAT(failed.published, Optional(DoubleEq(0.08)));
  EXPECT_FALSE(failed.ours);
  EXPECT_THAT(study_document(study).lead, HasSubstr(" 1 failed."));
}

TEST(StudyPage, LeadSaysHowManyRowsAgree) {
  StudyResult study;
  study.rows = {example_row("flat", "bert", "1K", 1), example_row("flat", "bert", "4K", 1)};
  study.rows[1].ours.latency_s = 1.5;

  EXPECT_EQ(study_document(study).lead,
            "1 of 2 published rows come out within 1% in every figure. Largest error of any row: "
            "latency 50.00%, DRAM traffic 0.00%, energy 0.00%.");
}

TEST(StudyPoints, EnergyOfOursIsTheRecountedOne) {
  const auto row = example_row("flat", "bert", "1K", 1);
  const auto& energy = measures()[4];

  EXPECT_THAT(value_of(row, energy, Side::published), Optional(1e14));
  EXPECT_THAT(value_of(row, energy, Side::ours), Optional(1e14));
  EXPECT_THAT(value_of(row, energy, Side::counted), Optional(1.2e14));
}

TEST(StudyPoints, EnergyThatWasNotRecountedIsOurOwn) {
  auto row = example_row("flat", "bert", "1K", 1);
  row.recounted_energy_pj.reset();

  EXPECT_THAT(value_of(row, measures()[4], Side::ours), Optional(1.2e14));
  EXPECT_FALSE(value_of(row, measures()[4], Side::counted));
}

TEST(StudyPoints, ErrorIsRelativeToThePublishedValue) {
  EXPECT_THAT(relative_error(1.5, 1.0), Optional(DoubleEq(0.5)));
  EXPECT_FALSE(relative_error(1.5, 0.0));
  EXPECT_FALSE(relative_error({}, 1.0));
  EXPECT_FALSE(relative_error(1.0, {}));
}

TEST(StudyPoints, SummaryIsOfMagnitudes) {
  const auto summary = summarize_errors({-0.02, std::nullopt, 0.01, 0.0});

  EXPECT_EQ(summary.rows, 3);
  EXPECT_DOUBLE_EQ(summary.largest, 0.02);
  EXPECT_DOUBLE_EQ(summary.mean, 0.01);
  EXPECT_EQ(summary.within, 2);  // 0.01 is the tolerance itself
}

TEST(StudyPoints, SpeedupIsOverUnfused) {
  const auto points = relative_points(example_study(), latency(), Scope::attention);

  EXPECT_THAT(point_of(points, "+Binding", "BERT", "4K").published, Optional(DoubleEq(8)));
  for (const auto& point : points) EXPECT_NE(point.configuration, "Unfused");
}

TEST(StudyPoints, EndToEndAddsTheLinearLayersOfEither) {
  const auto points = relative_points(example_study(), latency(), Scope::end_to_end);

  // (8 + 2) / (1 + 2) and (8 + 2) / (4 + 2), all times 0.04
  EXPECT_THAT(point_of(points, "+Binding", "BERT", "4K").published, Optional(DoubleEq(10.0 / 3)));
  EXPECT_THAT(point_of(points, "flat", "BERT", "4K").published, Optional(DoubleEq(10.0 / 6)));
}

TEST(StudyPoints, EndToEndNeedsTheLinearLayers) {
  auto study = example_study();
  std::erase_if(study.rows, [](const ComparedRow& row) {
    return row.key.configuration == "linear_fusemax" && row.key.sequence_length == "4K";
  });
  const auto points = relative_points(study, latency(), Scope::end_to_end);

  EXPECT_FALSE(has_point(points, "+Binding", "BERT", "4K"));
  EXPECT_TRUE(has_point(points, "flat", "BERT", "4K"));
}

TEST(StudyPoints, EinsumsAreOfOneModel) {
  const auto einsums = einsum_points(example_study());

  EXPECT_EQ(einsums.model, "BERT");
  EXPECT_EQ(einsums.points.size(), 2U * 2 * 3);  // flat and binding, two Einsums, 3 lengths
}

TEST(StudyCharts, ConfigurationKeepsItsColourWhereOthersAreLeftOut) {
  const auto study = example_study();
  const auto all = configuration_scale(study, {"Unfused", "flat", "+Binding"});
  const auto some = configuration_scale(study, {"+Binding"});

  EXPECT_EQ(some["domain"], report::Json::array({"+Binding"}));
  EXPECT_EQ(some["range"][0], all["range"][2]);
}

TEST(StudyTables, NumbersHaveFiveDigitsAndErrorsASign) {
  EXPECT_EQ(measured(0.0020131404, latency()), "0.0020131");
  EXPECT_EQ(measured(1234567.0, latency()), "1,234,567");
  EXPECT_EQ(measured(0.9731, measures()[1]), "97.31%");
  EXPECT_EQ(measured({}, latency()), "-");
  EXPECT_EQ(signed_percent(0.00012), "+0.012%");
  EXPECT_EQ(signed_percent(-1e-9), "0.000%");
}

TEST(StudyTables, RowsSortByTheirLengthInTokens) {
  const auto table = row_table(example_study());

  EXPECT_THAT(table.rows[0][2].sort_by, Optional(1024.0));
  EXPECT_THAT(table.rows[10][2].text, "1M");
  EXPECT_THAT(table.rows[10][2].sort_by, Optional(1048576.0));
}

/// How many cells the rows have, each number once.
std::set<std::size_t> widths(const report::HtmlTable& table) {
  std::set<std::size_t> widths;
  for (const auto& row : table.rows) widths.insert(row.size());
  return widths;
}

TEST(StudyTables, EveryRowHasACellForEachColumn) {
  const auto study = example_study();
  for (const auto& table : {row_table(study), error_table(study), headline_table(study)}) {
    EXPECT_THAT(widths(table), ElementsAre(table.columns.size())) << table.title;
  }
}

TEST(StudyTables, HeadlinesWithoutEnergyHaveNoColumnForItsCounting) {
  auto study = example_study();
  study.headlines.pop_back();
  const auto table = headline_table(study);

  EXPECT_EQ(table.columns.size(), 5U);
  EXPECT_EQ(table.rows.front().size(), 5U);
}

}  // namespace
}  // namespace attnsim::validation
