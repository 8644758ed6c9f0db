#include "base/csv_table.h"

#include <gtest/gtest.h>

#include "base/complaint.h"

namespace attnsim {
namespace {

TEST(CsvTable, HasNamedColumnsAndSkipsCommentsAndEmptyLines) {
  const auto table =
      CsvTable::parse("# of a paper\n\nmodel, latency_s\nbert,0.5\n t5 ,\n", "t.csv");
  EXPECT_EQ(table.columns(), (std::vector<std::string>{"model", "latency_s"}));
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.cell(0, "model"), "bert");
  EXPECT_EQ(table.cell(1, "model"), "t5");
  EXPECT_EQ(table.number(0, "latency_s"), 0.5);
  EXPECT_EQ(table.number(1, "latency_s"), std::nullopt);
  EXPECT_EQ(to_string(table.place(1, "latency_s")), "t.csv:5:6");
}

TEST(CsvTable, KeepsCommentsWithTheirLines) {
  const auto table = CsvTable::parse("# GPU: a\na\n#b \r\n1\n", "t.csv");
  ASSERT_EQ(table.comments().size(), 2U);
  EXPECT_EQ(table.comments()[0].text, "GPU: a");
  EXPECT_EQ(table.comments()[1].text, "b");
  EXPECT_EQ(table.comments()[1].line, 3);
}

TEST(CsvTable, ACommaOrAQuoteStandsInQuotes) {
  const auto table =
      CsvTable::parse("a,b\n \"x, y\" ,1\n\"say \"\"no\"\"\",2\n\"\",3\nin\"ch,4\n", "t.csv");
  EXPECT_EQ(table.cell(0, "a"), "x, y");
  EXPECT_EQ(table.number(0, "b"), 1);
  EXPECT_EQ(to_string(table.place(0, "b")), "t.csv:2:10");
  EXPECT_EQ(table.cell(1, "a"), "say \"no\"");
  EXPECT_EQ(table.cell(2, "a"), "");
  EXPECT_EQ(table.cell(3, "a"), "in\"ch");
}

TEST(CsvTable, RefusesAQuoteWithoutItsOtherOne) {
  EXPECT_EQ(complaint([] { return CsvTable::parse("a,b\n1,\"x\n", "t.csv"); }),
            "t.csv:2:3: the cell begins with a quote (\") and has none at its end");
}

TEST(CsvTable, SkipsAByteOrderMark) {
  EXPECT_EQ(CsvTable::parse("\xEF\xBB\xBF"
                            "a\n1\n",
                            "t.csv")
                .columns(),
            std::vector<std::string>{"a"});
}

TEST(CsvTable, RefusesARowWithMoreOrFewerCells) {
  EXPECT_EQ(complaint([] { return CsvTable::parse("a,b\n1,2\n1\n", "t.csv"); }),
            "t.csv:3:1: the row has 1 cells, the header names 2");
  EXPECT_EQ(complaint([] { return CsvTable::parse("a,b\n1,2,3\n", "t.csv"); }),
            "t.csv:2:1: the row has 3 cells, the header names 2");
}

TEST(CsvTable, RefusesAHeaderThatIsMissingEmptyOrNamesAColumnTwice) {
  EXPECT_EQ(complaint([] { return CsvTable::parse("# nothing\n", "t.csv"); }),
            "t.csv: is a table without a line that names columns");
  EXPECT_EQ(complaint([] { return CsvTable::parse("a,,b\n", "t.csv"); }),
            "t.csv:1:3: a column of the table has no name");
  EXPECT_EQ(complaint([] { return CsvTable::parse("a,b,a\n", "t.csv"); }),
            "t.csv:1:5: column 'a' is there twice");
}

TEST(CsvTable, NamesTheColumnsThatThereAre) {
  const auto table = CsvTable::parse("latency_s\n1\n", "t.csv");
  EXPECT_EQ(complaint([&] { return table.cell(0, "latency"); }),
            "t.csv: the table has no column 'latency', did you mean 'latency_s'? (known: "
            "latency_s)");
}

TEST(CsvTable, PointsAtACellThatIsNoNumber) {
  const auto table = CsvTable::parse("m,x\nbert,fast\n", "t.csv");
  EXPECT_EQ(complaint([&] { return table.number(0, "x"); }),
            "t.csv:2:6: x \"fast\" is not a number");
}

}  // namespace
}  // namespace attnsim
