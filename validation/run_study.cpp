#include "validation/run_study.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <utility>

#include "base/csv_table.h"
#include "base/data_root.h"
#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/xml.h"
#include "explore/parallel.h"
#include "validation/headlines.h"
#include "validation/recount_reader.h"
#include "validation/row_runner.h"
#include "validation/tile_study.h"

namespace attnsim::validation {
namespace {

namespace fs = std::filesystem;

constexpr const char* study_file = "study.xml";

fs::path published_folder() { return fs::path(data_root()) / "validation/published"; }

/// The description of the study in the folder; empty if there is none.
fs::path description_in(const fs::path& folder) {
  std::error_code ignored;
  for (const auto* file : {study_file, tile_study_file}) {
    if (fs::exists(folder / file, ignored)) return folder / file;
  }
  return {};
}

/// The files of a study, read.
struct Study {
  StudyDescription description;
  std::vector<PublishedRow> rows;
  std::map<std::string, RecountRules> recounts;  ///< per configuration
};

Study load_study(const std::string& path) {
  Study study;
  study.description = read_study(XmlElement::load(path, "study"));
  const auto folder = fs::path(path).parent_path();
  for (const auto& table : study.description.tables) {
    add_rows(CsvTable::load((folder / table).string()), study.rows);
  }
  if (!study.description.recounts.empty()) {
    study.recounts = load_recounts((folder / study.description.recounts).string());
  }
  for (const auto& row : study.rows) {
    if (study.description.find(row.key.configuration) != nullptr) continue;
    throw InputError(study.description.place, "its tables have rows of configuration '" +
                                                  row.key.configuration +
                                                  "', which it does not describe");
  }
  return study;
}

/// Leaves out the rows of all other configurations, and the claims about them.
void keep_only(const std::vector<std::string>& configurations, Study& study) {
  std::vector<std::string> known;
  for (const auto& each : study.description.configurations) known.push_back(each.name);
  for (const auto& name : configurations) {
    if (study.description.find(name) != nullptr) continue;
    throw InputError(study.description.place, "the study has no configuration '" + name + "'" +
                                                  did_you_mean(name, known) +
                                                  " (known: " + join(known) + ")");
  }
  const auto left_out = [&](const std::string& name) {
    return std::find(configurations.begin(), configurations.end(), name) == configurations.end();
  };
  std::erase_if(study.rows, [&](const auto& row) { return left_out(row.key.configuration); });
  std::erase_if(study.description.claims, [&](const Claim& claim) {
    return std::any_of(claim.of.begin(), claim.of.end(), left_out) ||
           std::any_of(claim.over.begin(), claim.over.end(), left_out);
  });
}

RecountRules rules_of(const Study& study, const std::string& configuration) {
  const auto found = study.recounts.find(configuration);
  return found == study.recounts.end() ? RecountRules() : found->second;
}

/// The rules of all configurations, each once, in the order of the study.
std::vector<CountingRule> counting_rules(const Study& study) {
  std::vector<CountingRule> rules;
  for (const auto& configuration : study.description.configurations) {
    for (const auto& rule : rules_of(study, configuration.name)) {
      const bool known = std::any_of(rules.begin(), rules.end(),
                                     [&](const auto& each) { return each.name == rule.name; });
      if (!known) rules.push_back({rule.name, rule.why});
    }
  }
  return rules;
}

/// Results in the order of the rows, whatever the order of running. An InputError is that of the
/// first row that has one.
std::vector<ComparedRow> run_rows(const Study& study, const std::vector<CountingRule>& rules,
                                  const StudyOptions& options) {
  std::vector<ComparedRow> results(study.rows.size());
  std::vector<std::exception_ptr> errors(study.rows.size());
  const bool one_kernel = options.executor.executor == explore::Executor::systemc;
  explore::for_each_index(study.rows.size(), one_kernel ? 1 : options.workers, [&](std::size_t i) {
    try {
      const auto& row = study.rows[i];
      const auto& configuration = *study.description.find(row.key.configuration);
      results[i] = run_row(row, rule_for(configuration, row.key),
                           rules_of(study, configuration.name), rules, options.executor);
    } catch (...) {
      errors[i] = std::current_exception();
    }
  });
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  return results;
}

}  // namespace

std::string find_study(const std::string& name_or_path) {
  std::error_code ignored;
  if (name_or_path.ends_with(".xml") && fs::exists(name_or_path, ignored)) return name_or_path;
  std::vector<std::string> names;
  for (fs::directory_iterator folder(published_folder(), ignored), end; folder != end; ++folder) {
    if (!description_in(folder->path()).empty()) names.push_back(folder->path().filename());
  }
  std::sort(names.begin(), names.end());
  if (std::find(names.begin(), names.end(), name_or_path) != names.end()) {
    return description_in(published_folder() / name_or_path).string();
  }
  throw InputError("study \"" + name_or_path + '"',
                   "is neither a file nor the name of a shipped one" +
                       did_you_mean(name_or_path, names) + " (shipped: " + join(names) + ")");
}

StudyResult run_study(const std::string& path, const StudyOptions& options) {
  auto study = load_study(path);
  if (!options.configurations.empty()) keep_only(options.configurations, study);
  StudyResult result;
  result.name = study.description.name;
  result.title = study.description.title;
  result.source = study.description.source;
  result.rules = counting_rules(study);
  result.rows = run_rows(study, result.rules, options);
  for (const auto& configuration : study.description.configurations) {
    result.configuration_titles[configuration.name] = configuration.title;
    result.tolerances[configuration.name] = configuration.within;
  }
  result.headlines = headlines_of(study.description.claims, result.rows);
  result.corrections = corrections_of(study.description.claims, result.rows, result.rules);
  return result;
}

}  // namespace attnsim::validation
