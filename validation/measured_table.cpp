#include "validation/measured_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/value_text.h"
#include "base/words.h"

namespace attnsim::validation {
namespace {

constexpr std::array<const char*, 7> rank_columns{"B", "H", "J", "P", "M", "E", "F"};

/// What `attnsim-gpu run` writes; those that a comparison cannot do without are marked.
constexpr std::array<std::pair<const char*, bool>, 23> columns{
    {{"kernel", true},     {"B", true},
     {"H", true},          {"J", true},
     {"P", true},          {"M", true},
     {"E", true},          {"F", true},
     {"causal", true},     {"dtype", false},
     {"extra", true},      {"median_us", true},
     {"p10_us", false},    {"p90_us", false},
     {"runs", false},      {"sm_clock_mhz", true},
     {"tflops", false},    {"gbytes_per_s", false},
     {"loop_us", false},   {"loop_clock_mhz", false},
     {"energy_mj", false}, {"power_w", false},
     {"check", true}}};

void check_columns(const CsvTable& table) {
  std::vector<std::string> known;
  for (const auto& [name, needed] : columns) {
    known.emplace_back(name);
    if (!needed || table.has(name)) continue;
    throw InputError(table.place(), std::string("the table has no column '") + name +
                                        "' (attnsim-gpu run --csv FILE writes it; here: " +
                                        join(table.columns()) + ")");
  }
  for (const auto& column : table.columns()) {
    if (std::find(known.begin(), known.end(), column) != known.end()) continue;
    throw InputError(table.place(), "unknown column '" + column + "'" +
                                        did_you_mean(column, known) + " (known: " + join(known) +
                                        ")");
  }
}

/// What no measurement reaches: beyond, sums and products of them need not be numbers.
constexpr std::int64_t greatest_size = std::int64_t{1} << 40U;
constexpr double greatest_value = 1e12;

/// One row of the table, read cell by cell.
class RowReader {
 public:
  RowReader(const CsvTable& table, std::size_t row) : table_(table), row_(row) {}

  [[nodiscard]] const std::string& text(const char* column) const {
    return table_.cell(row_, column);
  }
  [[nodiscard]] Place place(const char* column) const { return table_.place(row_, column); }

  [[noreturn]] void fail(const char* column, const std::string& what) const {
    throw InputError(place(column), std::string(column) + " \"" + text(column) + "\" " + what);
  }

  template <class T>
  [[nodiscard]] T value(const char* column) const {
    try {
      return value_of_text<T>(text(column));
    } catch (const TextError& error) {
      fail(column, error.what());
    }
  }

  [[nodiscard]] std::int64_t count(const char* column) const {
    const auto count = value<std::int64_t>(column);
    if (count < 1 || count > greatest_size) fail(column, "is no size (1 to 2^40)");
    return count;
  }

  [[nodiscard]] double positive(const char* column) const {
    const auto number = value<double>(column);
    if (number <= 0) fail(column, "is not above 0");
    if (number > greatest_value) fail(column, "is more than 1e12");
    return number;
  }

  /// Absent where the column is, the cell is empty, or it says 0 for "not measured".
  [[nodiscard]] std::optional<double> measured(const char* column) const {
    if (!table_.has(column) || text(column).empty()) return std::nullopt;
    const auto number = value<double>(column);
    if (number < 0) fail(column, "is negative");
    if (number > greatest_value) fail(column, "is more than 1e12");
    if (number == 0) return std::nullopt;
    return number;
  }

  /// "window=512 sinks=4"
  [[nodiscard]] std::map<std::string, std::int64_t> parameters(const char* column) const {
    std::map<std::string, std::int64_t> parameters;
    for (const auto& word : words_of(text(column))) {
      const auto equals = word.find('=');
      if (equals == std::string::npos || equals == 0) {
        fail(column, "has '" + word + "', which is not NAME=COUNT as in window=512");
      }
      const auto name = word.substr(0, equals);
      const bool is_new = parameters.emplace(name, count_of(column, word, equals)).second;
      if (!is_new) fail(column, "has " + name + " twice");
    }
    return parameters;
  }

 private:
  [[nodiscard]] std::int64_t count_of(const char* column, const std::string& word,
                                      std::size_t equals) const {
    try {
      return value_of_text<std::int64_t>(word.substr(equals + 1));
    } catch (const TextError& error) {
      fail(column, "has '" + word + "', which " + error.what());
    }
  }

  const CsvTable& table_;
  std::size_t row_;
};

Measurement read_row(const RowReader& reader) {
  Measurement row;
  row.place = reader.place("kernel");
  row.kernel = reader.text("kernel");
  for (const auto* const rank : rank_columns) row.ranks[rank] = reader.count(rank);
  row.causal = reader.value<bool>("causal");
  row.parameters = reader.parameters("extra");
  row.median_us = reader.positive("median_us");
  row.sm_clock_mhz = reader.positive("sm_clock_mhz");
  row.p10_us = reader.measured("p10_us");
  row.p90_us = reader.measured("p90_us");
  row.tflops = reader.measured("tflops");
  row.gbytes_per_s = reader.measured("gbytes_per_s");
  row.energy_mj = reader.measured("energy_mj");
  row.power_w = reader.measured("power_w");
  return row;
}

/// "NVIDIA H200" of "NVIDIA H200, 132 SMs, 139.8 GiB, L2 60.0 MiB".
std::string first_part(const std::string& text) { return text.substr(0, text.find(',')); }

void take_comments(const CsvTable& table, MeasuredTable& measured) {
  constexpr std::array<const char*, 5> heads{"GPU", "driver", "clocks", "date", "command"};
  for (const auto& comment : table.comments()) {
    const auto colon = comment.text.find(": ");
    const auto head = comment.text.substr(0, colon);
    if (std::find(heads.begin(), heads.end(), head) == heads.end()) continue;
    measured.provenance.push_back(comment.text);
    if (colon != std::string::npos) measured.facts.emplace(head, comment.text.substr(colon + 2));
  }
  const auto gpu = measured.facts.find("GPU");
  if (gpu != measured.facts.end()) measured.gpu = first_part(gpu->second);
}

std::optional<double> product(std::optional<double> rate, double scale, double seconds) {
  if (!rate) return std::nullopt;
  return *rate * scale * seconds;
}

}  // namespace

std::optional<double> Measurement::operations() const { return product(tflops, 1e12, seconds()); }

std::optional<double> Measurement::bytes() const { return product(gbytes_per_s, 1e9, seconds()); }

MeasuredTable read_measured(const CsvTable& table) {
  check_columns(table);
  MeasuredTable measured;
  measured.file = table.place().file;
  take_comments(table, measured);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const RowReader reader(table, i);
    const auto& kernel = reader.text("kernel");
    if (kernel.empty()) reader.fail("kernel", "is no name of a kernel");
    const auto& check = reader.text("check");
    if (check != "ok" && !check.starts_with("ok ")) {
      measured.failed.push_back(
          {kernel, check.empty() ? "was not checked" : check, reader.place("check")});
      continue;
    }
    auto row = read_row(reader);
    if (table.has("dtype")) row.dtype = reader.text("dtype");
    measured.rows.push_back(std::move(row));
  }
  return measured;
}

MeasuredTable load_measured(const std::string& path) { return read_measured(CsvTable::load(path)); }

std::string shape_text(const Measurement& row) {
  std::string text;
  for (const auto* const rank : rank_columns) {
    text += (text.empty() ? "" : " ") + std::string(rank) + "=" + std::to_string(row.rank(rank));
  }
  if (row.causal) text += " causal";
  for (const auto& [name, value] : row.parameters) text += " " + name + "=" + std::to_string(value);
  return text;
}

}  // namespace attnsim::validation
