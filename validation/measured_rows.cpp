#include "validation/measured_rows.h"

#include <algorithm>
#include <exception>
#include <fnmatch.h>
#include <mutex>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "explore/parallel.h"

namespace attnsim::validation {
namespace {

bool fits(const std::string& pattern, const std::string& kernel) {
  return ::fnmatch(pattern.c_str(), kernel.c_str(), 0) == 0;
}

std::vector<std::string> kernels_of(const MeasuredTable& table) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const auto& row : table.rows) add(row.kernel);
  for (const auto& row : table.failed) add(row.kernel);
  return names;
}

}  // namespace

std::optional<double> roofline_seconds(const Measurement& row, const report::Roofline& machine) {
  const auto operations = row.operations();
  const auto bytes = row.bytes();
  if (!operations || !bytes) return std::nullopt;
  return std::max(*operations / machine.operations_per_second, *bytes / machine.bytes_per_second);
}

std::vector<ComparedMeasurement> predict_rows(const std::vector<Measurement>& rows,
                                              const RowPredictor& predict, unsigned workers,
                                              const std::function<void(std::size_t)>& done) {
  std::vector<ComparedMeasurement> results(rows.size());
  std::mutex one_at_a_time;
  std::size_t finished = 0;
  explore::for_each_index(rows.size(), workers, [&](std::size_t i) {
    results[i].measured = rows[i];
    try {
      results[i].simulated = predict(rows[i]);
    } catch (const std::exception& error) {
      results[i].failure = error.what();
    }
    if (!done) return;
    const std::lock_guard lock(one_at_a_time);
    done(++finished);
  });
  return results;
}

void keep_kernels(const std::vector<std::string>& patterns, MeasuredTable& table) {
  const auto known = kernels_of(table);
  for (const auto& pattern : patterns) {
    if (std::any_of(known.begin(), known.end(),
                    [&](const std::string& kernel) { return fits(pattern, kernel); })) {
      continue;
    }
    throw InputError(table.file, "no kernel is named like '" + pattern + "'" +
                                     did_you_mean(pattern, known) + " (there are: " + join(known) +
                                     ")");
  }
  const auto left_out = [&](const auto& row) {
    return std::none_of(patterns.begin(), patterns.end(),
                        [&](const std::string& pattern) { return fits(pattern, row.kernel); });
  };
  std::erase_if(table.rows, left_out);
  std::erase_if(table.failed, left_out);
}

}  // namespace attnsim::validation
