#include "validation/study_description.h"

#include <algorithm>
#include <utility>

#include "base/words.h"

namespace attnsim::validation {
namespace {

std::vector<std::int64_t> dimensions(const XmlElement& element, const char* attribute) {
  std::vector<std::int64_t> numbers;
  for (const auto& word : words_of(element.optional<std::string>(attribute, ""))) {
    try {
      numbers.push_back(value_of_text<std::int64_t>(word));
    } catch (const TextError& error) {
      element.fail(attribute, "\"" + word + "\" " + error.what());
    }
  }
  return numbers;
}

double share(const XmlElement& element, const char* attribute, double fallback) {
  const auto value = element.optional<double>(attribute, fallback);
  if (value < 0 || value > 1) element.fail(attribute, "is a share from 0 to 1, e.g. 0.01 for 1 %");
  return value;
}

Tolerances read_tolerances(const XmlElement& element, const Tolerances& standard) {
  Tolerances within;
  within.latency = share(element, "latency", standard.latency);
  within.utilization = share(element, "utilization", standard.utilization);
  within.traffic = share(element, "traffic", standard.traffic);
  within.energy = share(element, "energy", standard.energy);
  within.area = share(element, "area", standard.area);
  element.reject_unread();
  return within;
}

std::string read_set(const XmlElement& element) {
  const auto path = element.required<std::string>("path");
  const auto value = element.required<std::string>("value");
  element.reject_unread();
  return path + "=" + value;
}

RunRule read_run(const XmlElement& element) {
  RunRule rule;
  rule.architecture = element.required<std::string>("architecture");
  rule.mapping = element.required<std::string>("mapping");
  rule.models = words_of(element.optional<std::string>("models", ""));
  rule.sequence_lengths = words_of(element.optional<std::string>("lengths", ""));
  rule.pe_dimensions = dimensions(element, "pe_dimensions");
  rule.place = element.place();
  element.reject_unread();
  for (const auto& child : element.children({"set"})) rule.sets.push_back(read_set(child));
  return rule;
}

Configuration read_configuration(const XmlElement& element, const Tolerances& standard) {
  Configuration configuration;
  configuration.name = element.required<std::string>("name");
  configuration.title = element.required<std::string>("title");
  configuration.within = standard;
  configuration.place = element.place();
  element.reject_unread();
  for (const auto& child : element.children({"run", "within"})) {
    if (child.name() == "within") {
      configuration.within = read_tolerances(child, standard);
    } else {
      configuration.runs.push_back(read_run(child));
    }
  }
  if (configuration.runs.empty()) element.fail("says no <run architecture= mapping=>");
  return configuration;
}

Claim read_claim(const XmlElement& element) {
  Claim claim;
  claim.name = element.required<std::string>("name");
  claim.metric = element.required_choice<Claim::Metric>(
      "metric", {{"latency", Claim::Metric::latency}, {"energy", Claim::Metric::energy}});
  claim.of = words_of(element.required<std::string>("of"));
  claim.over = words_of(element.required<std::string>("over"));
  claim.claimed = element.required<double>("claimed");
  claim.place = element.place();
  element.reject_unread();
  return claim;
}

std::string read_file(const XmlElement& element) {
  const auto file = element.required<std::string>("file");
  element.reject_unread();
  return file;
}

void check_claims(const StudyDescription& study) {
  for (const auto& claim : study.claims) {
    for (const auto* side : {&claim.of, &claim.over}) {
      for (const auto& name : *side) {
        if (study.find(name) != nullptr) continue;
        throw InputError(claim.place, "claim '" + claim.name +
                                          "': the study has no configuration '" + name + "'");
      }
    }
  }
}

void read_child(const XmlElement& child, const Tolerances& standard, StudyDescription& study) {
  if (child.name() == "table") {
    study.tables.push_back(read_file(child));
  } else if (child.name() == "recounts") {
    study.recounts = read_file(child);
  } else if (child.name() == "configuration") {
    auto configuration = read_configuration(child, standard);
    if (study.find(configuration.name) != nullptr) {
      child.fail("name", "is there twice");
    }
    study.configurations.push_back(std::move(configuration));
  } else if (child.name() == "claim") {
    study.claims.push_back(read_claim(child));
  }
}

template <class T>
bool matches(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

}  // namespace

const Configuration* StudyDescription::find(const std::string& configuration) const {
  const auto found =
      std::find_if(configurations.begin(), configurations.end(),
                   [&](const Configuration& each) { return each.name == configuration; });
  return found == configurations.end() ? nullptr : &*found;
}

StudyDescription read_study(const XmlElement& root) {
  StudyDescription study;
  study.name = root.required<std::string>("name");
  study.title = root.required<std::string>("title");
  study.source = root.required<std::string>("source");
  study.place = root.place();
  root.reject_unread();
  Tolerances standard;
  const auto children = root.children({"table", "recounts", "within", "configuration", "claim"});
  for (const auto& child : children) {
    if (child.name() == "within") standard = read_tolerances(child, {});
  }
  for (const auto& child : children) read_child(child, standard, study);
  if (study.tables.empty()) root.fail("names no <table file=>");
  check_claims(study);
  return study;
}

const RunRule& rule_for(const Configuration& configuration, const RowKey& row) {
  for (const auto& rule : configuration.runs) {
    if (matches(rule.models, row.model) && matches(rule.sequence_lengths, row.sequence_length) &&
        (rule.pe_dimensions.empty() ||
         (row.pe_dimension && matches(rule.pe_dimensions, *row.pe_dimension)))) {
      return rule;
    }
  }
  throw InputError(configuration.place, "configuration '" + configuration.name +
                                            "' has no <run> for " + row.model + " at " +
                                            row.sequence_length);
}

}  // namespace attnsim::validation
