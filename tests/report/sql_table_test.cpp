#include "report/sql_table.h"

#include <gtest/gtest.h>
#include <sstream>

namespace attnsim::report {
namespace {

using explore::SqlTable;

SqlTable example_table() {
  return {{"name", "cycles", "energy_pj", "shapes"},
          {{"a, \"b\"", std::int64_t{7}, 0.1 + 0.2, R"({"P":64})"},
           {"two\nlines", std::int64_t{123456}, {}, "{"}}};
}

TEST(SqlTableText, HasNumbersToTheRightAndNothingForNull) {
  std::ostringstream out;
  print_sql_table(out, example_table());
  EXPECT_EQ(out.str(),
            "name       cycles  energy_pj  shapes\n"
            "a, \"b\"          7        0.3  {\"P\":64}\n"
            "two lines  123456             {\n");
}

TEST(SqlTableText, IsCsvWithNumbersInFull) {
  EXPECT_EQ(sql_csv(example_table()),
            "name,cycles,energy_pj,shapes\n"
            "\"a, \"\"b\"\"\",7,0.30000000000000004,\"{\"\"P\"\":64}\"\n"
            "\"two lines\",123456,,{\n");
}

TEST(SqlTableText, IsJsonInWhichOurJsonIsNested) {
  EXPECT_EQ(sql_json(example_table()),
            "[\n"
            R"({"name":"a, \"b\"","cycles":7,"energy_pj":0.30000000000000004,"shapes":{"P":64}})"
            ",\n"
            R"({"name":"two\nlines","cycles":123456,"energy_pj":null,"shapes":"{"})"
            "\n]\n");
  EXPECT_EQ(sql_json({{"a"}, {}}), "[\n]\n");
}

}  // namespace
}  // namespace attnsim::report
