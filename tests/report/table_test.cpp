#include "report/table.h"

#include <gmock/gmock.h>
#include <sstream>
#include <stdexcept>

namespace attnsim::report {
namespace {

std::string text_of(const Table& table, const std::string& indent = "") {
  std::ostringstream out;
  table.print(out, indent);
  return out.str();
}

TEST(Table, AlignsEachColumnToItsWidestCell) {
  Table table({{"unit", Align::left}, {"cycles"}});
  table.add({"array2d", "1,000"});
  table.add({"dram", "20"});

  EXPECT_EQ(text_of(table),
            "unit     cycles\n"
            "array2d   1,000\n"
            "dram         20\n");
}

TEST(Table, LeavesNoSpaceAtTheEndOfALine) {
  Table table({{"a", Align::left}, {"b", Align::left}});
  table.add({"x", "long"});
  table.add({"y"});

  EXPECT_EQ(text_of(table), "a  b\nx  long\ny\n");
}

TEST(Table, PrintsNoTitlesWhereAllAreEmpty) {
  Table table({{"", Align::left}, {"", Align::left}});
  table.add({"time", "1 s"});

  EXPECT_EQ(text_of(table, "  "), "  time  1 s\n");
}

TEST(Table, RejectsMoreCellsThanColumns) {
  Table table({{"a"}});

  EXPECT_THROW(table.add({"x", "y"}), std::logic_error);
}

}  // namespace
}  // namespace attnsim::report
