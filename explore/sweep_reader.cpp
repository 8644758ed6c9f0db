#include "explore/sweep_reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "base/text_file.h"
#include "explore/sweep_values.h"
#include "workloads/model.h"

namespace attnsim::explore {
namespace {

using mappings::Formula;

FormulaText read_formula_text(const XmlElement& element, const char* attribute) {
  return FormulaText::parse(element.optional<std::string>(attribute, ""), element.place(attribute));
}

void read_set(const XmlElement& element, std::vector<SweepSet>& sets) {
  SweepSet set;
  set.path = element.required<std::string>("path");
  static_cast<void>(element.required<std::string>("value"));
  set.value = read_formula_text(element, "value");
  set.place = element.place("path");
  const auto parsed = parse_override(set.path + "=");
  if (parsed.xpath != set.path) element.fail("path", "has an '=' outside of brackets");
  element.reject_unread();
  static_cast<void>(element.children(std::vector<std::string>()));
  sets.push_back(std::move(set));
}

/// A list that must not be empty where it is given, and is one of nothing where it is not.
std::vector<std::string> read_names(const XmlElement& element, const char* attribute) {
  auto names = list_of(element.optional<std::string>(attribute, ""));
  if (names.empty()) names.emplace_back();
  return names;
}

void read_base(const XmlElement& element, Sweep& sweep) {
  SweepBase base;
  base.archs = list_of(element.required<std::string>("arch"));
  base.mappings = list_of(element.required<std::string>("mapping"));
  base.cascade = element.optional<std::string>("cascade", "");
  base.place = element.place();
  element.reject_unread();
  for (const auto& child : element.children({"set"})) read_set(child, base.sets);
  sweep.bases.push_back(std::move(base));
}

void read_workload(const XmlElement& element, Sweep& sweep) {
  SweepWorkload workload;
  workload.models = read_names(element, "models");
  workload.lengths = read_names(element, "lengths");
  workload.shape = read_formula_text(element, "shape");
  workload.parameters = read_formula_text(element, "parameters");
  workload.causal = element.optional_choice<bool>("causal", {{"yes", true}, {"no", false}}, false);
  workload.place = element.place();
  for (const auto& length : workload.lengths) {
    try {
      if (!length.empty()) static_cast<void>(workloads::parse_sequence_length(length));
    } catch (const InputError& error) {
      element.fail("lengths", std::string("has a ") + error.what());
    }
  }
  element.reject_unread();
  static_cast<void>(element.children(std::vector<std::string>()));
  sweep.workloads.push_back(std::move(workload));
}

/// Names of formulas: letters, digits and '_', a letter first.
std::string read_variable(const XmlElement& element, const Sweep& sweep) {
  auto name = element.required<std::string>("name");
  bool sound = std::isalpha(static_cast<unsigned char>(name.front())) != 0;
  for (const char c : name) {
    sound = sound && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  }
  if (!sound) element.fail("name", "is to be letters, digits and '_', a letter first");
  std::set<std::string> taken;
  for (const auto& axis : sweep.axes) {
    for (const auto& parameter : axis) taken.insert(parameter.name);
  }
  for (const auto& let : sweep.lets) taken.insert(let.name);
  if (taken.contains(name)) element.fail("name", "is taken, by an element above");
  return name;
}

SweepParameter read_parameter(const XmlElement& element, Sweep& sweep) {
  SweepParameter parameter;
  parameter.name = read_variable(element, sweep);
  read_values(element, parameter);
  parameter.place = element.place();
  element.reject_unread();
  for (const auto& child : element.children({"set"})) read_set(child, sweep.sets);
  return parameter;
}

void read_vary(const XmlElement& element, Sweep& sweep) {
  auto parameter = read_parameter(element, sweep);
  sweep.axes.push_back({std::move(parameter)});
}

void read_zip(const XmlElement& element, Sweep& sweep) {
  element.reject_unread();
  SweepAxis axis;
  for (const auto& child : element.children({"vary"})) {
    auto parameter = read_parameter(child, sweep);
    for (const auto& other : axis) {
      if (other.name == parameter.name) child.fail("name", "is taken, by an element above");
    }
    if (!axis.empty() && axis.front().values.size() != parameter.values.size()) {
      child.fail("has " + std::to_string(parameter.values.size()) + " values, and '" +
                 axis.front().name + "', which it moves together with, " +
                 std::to_string(axis.front().values.size()));
    }
    axis.push_back(std::move(parameter));
  }
  if (axis.size() < 2) element.fail("needs two <vary> or more, which move together");
  sweep.axes.push_back(std::move(axis));
}

void read_let(const XmlElement& element, Sweep& sweep) {
  auto name = read_variable(element, sweep);
  auto formula = Formula::parse(element.required<std::string>("value"), element.place("value"));
  element.reject_unread();
  static_cast<void>(element.children(std::vector<std::string>()));
  sweep.lets.push_back({std::move(name), std::move(formula)});
}

std::optional<double> read_end(const XmlElement& element, const char* attribute) {
  const auto text = element.optional<std::string>(attribute);
  if (!text) return std::nullopt;
  try {
    return number_of_text(*text);
  } catch (const TextError& error) {
    element.fail(attribute, error.what());
  }
}

void read_limit(const XmlElement& element, Sweep& sweep) {
  SweepLimit limit{Formula::parse(element.required<std::string>("of"), element.place("of")),
                   read_end(element, "at_least"), read_end(element, "at_most")};
  if (!limit.at_least && !limit.at_most) element.fail("needs 'at_least' or 'at_most'");
  if (limit.at_least && limit.at_most && *limit.at_least > *limit.at_most) {
    element.fail("at_least", "is above 'at_most': every point would be left out");
  }
  element.reject_unread();
  static_cast<void>(element.children(std::vector<std::string>()));
  sweep.limits.push_back(std::move(limit));
}

void read_top_set(const XmlElement& element, Sweep& sweep) { read_set(element, sweep.sets); }

/// One row per element: the only place where its name is spelt.
constexpr std::array<std::pair<const char*, void (*)(const XmlElement&, Sweep&)>, 7> readers{
    {{"base", read_base},
     {"workload", read_workload},
     {"vary", read_vary},
     {"zip", read_zip},
     {"let", read_let},
     {"set", read_top_set},
     {"limit", read_limit}}};

void read_options(const XmlElement& root, Sweep& sweep) {
  constexpr double milliseconds = 1000;
  constexpr double longest = 1e9;  // seconds: for ever
  sweep.name = root.required<std::string>("name");
  static_cast<void>(root.optional<std::string>("source"));
  sweep.executor.executor = root.optional_choice<Executor>(
      "executor", {{"recurrence", Executor::recurrence}, {"systemc", Executor::systemc}},
      Executor::recurrence);
  sweep.executor.steady_state =
      root.optional_choice<bool>("steady_state", {{"on", true}, {"off", false}}, true);
  const auto limit = root.optional<Seconds>("time_limit", Seconds());
  sweep.time_limit = std::chrono::milliseconds(
      static_cast<std::int64_t>(std::min(limit.count(), longest) * milliseconds));
  sweep.memory_limit =
      static_cast<std::int64_t>(root.optional<Bytes>("memory_limit", Bytes()).count());
  root.reject_unread();
}

}  // namespace

Sweep read_sweep(const XmlElement& root) {
  Sweep sweep;
  read_options(root, sweep);
  std::vector<std::string> known;
  known.reserve(readers.size());
  for (const auto& [name, read] : readers) known.emplace_back(name);
  for (const auto& element : root.children(known)) {
    for (const auto& [name, read] : readers) {
      if (element.name() == name) read(element, sweep);
    }
  }
  if (sweep.bases.empty()) root.fail("says no <base arch= mapping=>");
  if (sweep.workloads.empty()) root.fail("says no <workload models= lengths=>");
  double points = 1;
  for (const auto& axis : sweep.axes) points *= static_cast<double>(axis.front().values.size());
  if (points > static_cast<double>(most_points)) {
    root.fail("makes more than " + std::to_string(most_points) + " points");
  }
  return sweep;
}

Sweep load_sweep(const std::string& path) {
  auto text = read_text_file(path);
  auto sweep = read_sweep(XmlElement::parse(text, shown_path(path), "sweep"));
  sweep.path = path;
  sweep.text = std::move(text);
  return sweep;
}

}  // namespace attnsim::explore
