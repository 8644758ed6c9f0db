#include "report/comparison_table.h"

#include <ostream>

#include "report/comparison.h"
#include "report/table.h"

namespace attnsim::report {

void print_comparison(std::ostream& out, const std::vector<RunRecord>& runs) {
  std::vector<Column> columns{{"", Align::left}};
  for (const auto& run : runs) columns.push_back({run.label, Align::right});
  Table table(std::move(columns));
  for (const auto& row : comparison_of(runs)) {
    if (row.cells.empty()) {
      table.add_heading(row.name);
      continue;
    }
    std::vector<std::string> cells{row.name};
    for (const auto& cell : row.cells) cells.push_back(cell.text);
    table.add(std::move(cells));
  }
  table.print(out);
}

}  // namespace attnsim::report
