#include "mappings/kernel_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace attnsim::mappings {
namespace {

Formula read_formula(const XmlElement& element, const char* attribute) {
  return Formula::parse(element.required<std::string>(attribute), element.place(attribute));
}

Formula formula_or(const XmlElement& element, const char* attribute, const char* fallback) {
  if (element.has(attribute)) return read_formula(element, attribute);
  static_cast<void>(element.optional<std::string>(attribute));
  return Formula::parse(fallback, element.place());
}

std::optional<Formula> read_if_given(const XmlElement& element, const char* attribute) {
  if (element.has(attribute)) return read_formula(element, attribute);
  static_cast<void>(element.optional<std::string>(attribute));
  return std::nullopt;
}

bool read_flag(const XmlElement& element, const char* attribute) {
  return element.optional_choice<bool>(attribute, {{"yes", true}, {"no", false}}, false);
}

/// Reads `source`, which nothing computes with, and refuses what nobody read.
void finish(const XmlElement& element) {
  static_cast<void>(element.optional<std::string>("source"));
  element.reject_unread();
}

void finish_leaf(const XmlElement& element) {
  finish(element);
  static_cast<void>(element.children(std::vector<std::string>()));
}

Let read_let(const XmlElement& element) {
  Let let{element.required<std::string>("name"), read_formula(element, "value")};
  finish_leaf(element);
  return let;
}

// ---- steps ----

/// What the reader of a step knows of its kind: the attributes that hold its name and its number.
struct StepReader {
  const char* element;
  StepKind kind;
  const char* name;      ///< attribute with the name, or null
  const char* count;     ///< attribute with the number, or null
  const char* fallback;  ///< of the number; null: it must be given
};
constexpr std::array<StepReader, 10> step_readers{
    {{"do", StepKind::use, "op", "count", nullptr},
     {"mix", StepKind::mix, nullptr, nullptr, nullptr},
     {"load", StepKind::load, "tensor", "bytes", nullptr},
     {"store", StepKind::store, "tensor", "bytes", nullptr},
     {"wait", StepKind::wait, "token", "count", "1"},
     {"signal", StepKind::signal, "token", "count", "1"},
     {"await", StepKind::await, "what", "pending", "0"},
     {"delay", StepKind::delay, nullptr, "cycles", nullptr},
     {"loop", StepKind::loop, nullptr, "times", nullptr},
     {"if", StepKind::branch, nullptr, "that", nullptr}}};

bool holds_steps(StepKind kind) {
  return kind == StepKind::mix || kind == StepKind::loop || kind == StepKind::branch;
}

std::vector<std::string> step_names() {
  std::vector<std::string> names;
  for (const auto& reader : step_readers) names.emplace_back(reader.element);
  return names;
}

void read_step_options(const XmlElement& element, Step& step) {
  const bool acts =
      step.kind == StepKind::use || step.kind == StepKind::mix || step.kind == StepKind::load;
  if (acts || step.kind == StepKind::store) {
    step.einsum = element.optional<std::string>("for", "");
    step.async = element.optional<std::string>("async", "");
  }
  if (step.kind == StepKind::store) step.scattered = read_flag(element, "scattered");
  if (step.kind == StepKind::signal) {
    step.to_next = element.optional_choice<bool>("to", {{"next", true}, {"all", false}}, false);
  }
  if (step.kind != StepKind::load) return;
  step.signal = element.optional<std::string>("signal", "");
  step.miss = formula_or(element, "miss", "1");
  if (!step.async.empty() && !step.signal.empty()) element.fail("signal", "stands beside async");
}

Step read_step(const XmlElement& element) {
  const auto* const reader =
      std::find_if(step_readers.begin(), step_readers.end(),
                   [&](const StepReader& each) { return element.name() == each.element; });
  Step step;
  step.kind = reader->kind;
  step.place = element.place();
  if (reader->name != nullptr) step.name = element.required<std::string>(reader->name);
  if (reader->count != nullptr) {
    step.count = reader->fallback != nullptr ? formula_or(element, reader->count, reader->fallback)
                                             : read_formula(element, reader->count);
  }
  read_step_options(element, step);
  finish(element);
  const auto inside = step.kind == StepKind::mix ? std::vector<std::string>{"do"} : step_names();
  const auto known = holds_steps(step.kind) ? inside : std::vector<std::string>();
  for (const auto& child : element.children(known)) step.under.push_back(read_step(child));
  if (holds_steps(step.kind) && step.under.empty()) element.fail("is empty");
  return step;
}

// ---- launches ----

Role read_role(const XmlElement& element) {
  Role role{element.required<std::string>("name"), formula_or(element, "copies", "1"), {}};
  finish(element);
  for (const auto& child : element.children(step_names())) role.steps.push_back(read_step(child));
  if (role.steps.empty()) element.fail("does nothing: put steps inside");
  return role;
}

BlockClass read_class(const XmlElement& element) {
  BlockClass kind{element.required<std::string>("name"), read_formula(element, "value"),
                  read_flag(element, "linear")};
  finish_leaf(element);
  return kind;
}

KernelToken read_token(const XmlElement& element) {
  KernelToken token{element.required<std::string>("name"), formula_or(element, "initial", "0"),
                    element.optional<std::string>("role", "")};
  finish_leaf(element);
  return token;
}

void read_inside(const XmlElement& element, Launch& launch) {
  for (const auto& child : element.children({"each", "class", "let", "token", "role"})) {
    if (child.name() == "each") launch.each.push_back(read_let(child));
    if (child.name() == "class") launch.classes.push_back(read_class(child));
    if (child.name() == "let") launch.lets.push_back(read_let(child));
    if (child.name() == "token") launch.tokens.push_back(read_token(child));
    if (child.name() == "role") launch.roles.push_back(read_role(child));
  }
  if (launch.roles.empty()) element.fail("has no <role>");
}

Launch read_launch(const XmlElement& element) {
  Launch launch{element.required<std::string>("name"),
                read_formula(element, "blocks"),
                read_formula(element, "threads"),
                read_formula(element, "registers"),
                formula_or(element, "shared", "0"),
                formula_or(element, "start", "0"),
                read_if_given(element, "when"),
                read_flag(element, "persistent"),
                {},
                {},
                {},
                {},
                {},
                element.place()};
  finish(element);
  read_inside(element, launch);
  return launch;
}

KernelParameter read_parameter(const XmlElement& element) {
  KernelParameter parameter{element.required<std::string>("name"),
                            element.required<double>("default")};
  finish_leaf(element);
  return parameter;
}

Pattern read_pattern(const XmlElement& element) {
  Pattern pattern{element.required<std::string>("name"), read_formula(element, "rows"),
                  read_formula(element, "columns"), read_formula(element, "density"),
                  element.required<std::uint64_t>("seed")};
  finish_leaf(element);
  return pattern;
}

Search read_search(const XmlElement& element) {
  const bool first = element.has("first");
  if (first && element.has("greatest")) element.fail("greatest", "stands beside first");
  Search search{element.required<std::string>("name"),
                element.required<std::string>("over"),
                read_formula(element, "from"),
                read_formula(element, "to"),
                read_formula(element, first ? "first" : "greatest"),
                first};
  finish_leaf(element);
  return search;
}

Require read_require(const XmlElement& element) {
  Require require{read_formula(element, "that"), element.required<std::string>("else")};
  finish_leaf(element);
  return require;
}

}  // namespace

bool maps_launches(const XmlElement& root) {
  const auto children = root.children();
  return std::any_of(children.begin(), children.end(),
                     [](const XmlElement& each) { return each.name() == "launch"; });
}

KernelMapping read_kernel_mapping(const XmlElement& root) {
  KernelMapping kernel;
  for (const auto& child :
       root.children({"parameter", "let", "pattern", "search", "require", "launch"})) {
    if (child.name() == "parameter") kernel.parameters.push_back(read_parameter(child));
    if (child.name() == "let") kernel.definitions.emplace_back(read_let(child));
    if (child.name() == "pattern") kernel.definitions.emplace_back(read_pattern(child));
    if (child.name() == "search") kernel.definitions.emplace_back(read_search(child));
    if (child.name() == "require") kernel.requires_.push_back(read_require(child));
    if (child.name() == "launch") kernel.launches.push_back(read_launch(child));
  }
  return kernel;
}

}  // namespace attnsim::mappings
