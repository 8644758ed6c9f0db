#include "validation/published_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/complaint.h"

namespace attnsim::validation {
namespace {

using testing::HasSubstr;

std::vector<PublishedRow> rows_of(const std::vector<std::string>& tables) {
  std::vector<PublishedRow> rows;
  for (const auto& text : tables) add_rows(CsvTable::parse(text, "t.csv"), rows);
  return rows;
}

const char* const latencies = "configuration,model,sequence_length,latency_s\na,bert,1K,0.5\n";

TEST(PublishedTables, GiveAFigurePerColumn) {
  const auto rows = rows_of({latencies});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].key, (RowKey{"a", "bert", "1K", std::nullopt}));
  EXPECT_EQ(rows[0].figures.latency_s, 0.5);
  EXPECT_EQ(rows[0].figures.energy_pj, std::nullopt);
}

TEST(PublishedTables, AddTheFiguresOfASecondTableToTheSameRow) {
  const auto rows = rows_of(
      {latencies, "configuration,model,sequence_length,einsum_QK,einsum_LM\na,bert,1K,0.25,\n"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].figures.latency_s, 0.5);
  EXPECT_EQ(rows[0].figures.einsum_utilization, (std::map<std::string, double>{{"QK", 0.25}}));
}

TEST(PublishedTables, TellRowsApartByTheArrayDimension) {
  const auto rows = rows_of(
      {"configuration,model,sequence_length,pe_dimension,area_um2\na,t5,1K,16,1\na,t5,1K,32,4\n"});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].key.pe_dimension, 32);
  EXPECT_EQ(rows[1].figures.area_um2, 4);
}

TEST(PublishedTables, RefuseAFigureThatIsThereTwice) {
  EXPECT_EQ(complaint([] {
              return rows_of({latencies, latencies});
            }),
            "t.csv:2:11: latency_s of this row is there twice");
}

TEST(PublishedTables, RefuseAColumnThatTheyDoNotKnow) {
  EXPECT_THAT(complaint([] {
                return rows_of({"configuration,model,sequence_length,latency_ms\na,t5,1K,1\n"});
              }),
              HasSubstr("t.csv: unknown column 'latency_ms', did you mean 'latency_s'?"));
}

TEST(PublishedTables, RefuseAnArrayDimensionThatIsNoCount) {
  EXPECT_THAT(complaint([] {
                return rows_of({"configuration,model,sequence_length,pe_dimension\na,t5,1K,x\n"});
              }),
              HasSubstr("t.csv:2:9: pe_dimension is not a whole number"));
}

}  // namespace
}  // namespace attnsim::validation
