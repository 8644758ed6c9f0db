#include "report/sweep_page.h"

#include <algorithm>
#include <gmock/gmock.h>

#include "report/example_sweep.h"
#include "report/sweep_grid.h"
#include "report/web_parts.h"

#include "support/web_page.h"

namespace attnsim::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

HtmlPage page_of(const explore::SweepResults& sweep, const SweepMachines& machines = {}) {
  return sweep_document(view_of(sweep), std::nullopt, machines);
}

std::string html_of(const explore::SweepResults& sweep, const SweepMachines& machines = {}) {
  return to_html(page_of(sweep, machines), test::small_parts());
}

const HtmlGridColumn& column(const HtmlGrid& grid, const std::string& field) {
  return *std::find_if(grid.columns.begin(), grid.columns.end(),
                       [&](const HtmlGridColumn& one) { return one.field == field; });
}

TEST(SweepPage, SaysWhatIsDoneWhatFailedAndWhatMadeIt) {
  const auto html = html_of(example_sweep());

  EXPECT_THAT(html, HasSubstr("36 of 37 points are done, 2 failed."));
  EXPECT_THAT(html, HasSubstr("attnsim sweep example.xml -o r.sqlite -j 2"));
  EXPECT_THAT(html, HasSubstr("&lt;sweep name=&quot;example&quot;&gt;"));
  EXPECT_THAT(html, HasSubstr("a tile of 2 MiB does not fit into buffer"));
}

TEST(SweepPage, LoadsNothing) { EXPECT_THAT(test::loads(html_of(example_sweep())), IsEmpty()); }

TEST(SweepPage, OfFailedPointsOnlyHasThemAndNoChart) {
  auto sweep = example_sweep();
  std::erase_if(sweep.rows, [](const auto& row) { return row.record.result.has_value(); });
  const auto html = html_of(sweep);

  EXPECT_THAT(test::chart_specs(html), IsEmpty());
  EXPECT_THAT(html, AllOf(HasSubstr("Points that failed"), HasSubstr("data-grid=\"points\"")));
}

TEST(SweepPage, LeavesOutSpeedupsWhereNothingVaries) {
  auto sweep = example_sweep();
  sweep.rows.resize(1);
  EXPECT_THAT(html_of(sweep), Not(HasSubstr(">Speedup<")));
}

TEST(SweepPage, SaysWhatItCouldNotLoad) {
  SweepMachines machines;
  machines.missing = {"There is no timeline of point #3: its files have changed."};
  EXPECT_THAT(html_of(example_sweep(), machines),
              HasSubstr("There is no timeline of point #3: its files have changed."));
}

TEST(SweepPage, SaysHowManyPointsAChartLeavesOut) {
  EXPECT_THAT(html_of(example_sweep()), Not(HasSubstr("are left out)")));
  EXPECT_THAT(html_of(example_sweep(40)), HasSubstr("are left out)"));
}

TEST(SweepGrid, HasEveryRowWithItsFiguresOrItsError) {
  const auto sweep = example_sweep();
  const auto grid = sweep_grid(view_of(sweep));

  for (const auto& one : grid.columns) EXPECT_EQ(one.values.size(), sweep.rows.size()) << one.field;
  for (std::size_t i = 0; i < sweep.rows.size(); ++i) {
    const auto& record = sweep.rows[i].record;
    EXPECT_EQ(column(grid, "cycles").values[i].is_null(), !record.result.has_value());
    EXPECT_EQ(column(grid, "error").values[i].is_null(), record.error.empty());
    EXPECT_EQ(column(grid, "status").values[i], explore::name_of(record.status));
  }
  EXPECT_EQ(column(grid, "energy").unit, "J");
  EXPECT_EQ(column(grid, "p0").numbers[0], 16);
}

TEST(SweepGrid, MarksTheFrontOfEachWorkload) {
  const auto sweep = example_sweep();
  const auto view = view_of(sweep);
  const auto grid = sweep_grid(view);
  const auto& on_front = column(grid, "front_cycles_energy").values;
  for (std::size_t workload = 0; workload < view.workloads.size(); ++workload) {
    const auto front = front_of(view, workload, time_measures()[0], cost_measures()[0]);
    for (const auto row : view.rows_of(workload)) {
      const bool expected = std::find(front.begin(), front.end(), row) != front.end();
      EXPECT_EQ(on_front[row], static_cast<int>(expected));
    }
  }
}

TEST(SweepPage, ChoicesSetPlacesThatTheirChartsHave) {
  int choices = 0;
  for (const auto& spec : test::chart_specs(html_of(example_sweep()))) {
    if (!spec.contains("usermeta") || !spec["usermeta"].contains("choices")) continue;
    for (const auto& choice : spec["usermeta"]["choices"]) {
      ++choices;
      EXPECT_GT(choice["options"].size(), 1U);
      for (const auto& option : choice["options"]) {
        for (const auto& [pointer, value] : option["set"].items()) {
          const nlohmann::json::json_pointer place(pointer);
          EXPECT_TRUE(spec.contains(place) || spec.contains(place.parent_pointer())) << pointer;
        }
      }
    }
  }
  EXPECT_GT(choices, 4);
}

}  // namespace
}  // namespace attnsim::report
