#include "arch/operation_reader.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "arch/reading.h"
#include "base/did_you_mean.h"
#include "base/words.h"

namespace attnsim::arch {
namespace {

constexpr std::uint64_t greatest_total = std::uint64_t{1} << 53U;  // exact as a double, too
constexpr std::size_t deepest_composition = 64;

struct Term {
  std::uint64_t times;
  std::string name;
};

/// An `<op>` as it is written: parts are empty for a primitive.
struct Definition {
  XmlElement element;
  std::vector<Term> parts;
};

/// "6 mac + 1 add": COUNT NAME, again after each '+'.
std::vector<Term> read_parts(const XmlElement& element) {
  const auto words = words_of(element.required<std::string>("as"));
  const auto reject = [&](const std::string& problem) {
    element.fail("as", problem + R"(: write it as e.g. "6 mac + 1 add")");
  };
  std::vector<Term> parts;
  if (words.size() % 3 != 2) reject("is not a sum of operations");
  for (std::size_t i = 0; i < words.size(); i += 3) {
    std::uint64_t times = 0;
    try {
      times = value_of_text<std::uint64_t>(words[i]);
    } catch (const TextError& error) {
      reject("has the count \"" + words[i] + "\", which " + error.what());
    }
    if (times == 0) reject("has a part that is done 0 times");
    if (i > 0 && words[i - 1] != "+") reject("has \"" + words[i - 1] + R"(" instead of "+")");
    parts.push_back({times, words[i + 1]});
  }
  return parts;
}

Operation read_primitive(const XmlElement& element, const std::string& name) {
  const bool cycles = element.has("cycles");
  const bool energy = element.has("energy");
  if (!cycles && !energy) element.fail("needs 'cycles' and 'energy', or 'as'");
  Operation operation;
  operation.name = name;
  operation.cycles = Cycles(element.required<std::uint64_t>("cycles"));
  if (operation.cycles > Cycles(greatest_total)) element.fail("cycles", "is too large");
  operation.energy = element.required<Picojoules>("energy");
  operation.area = element.optional<SquareMicrons>("area");
  operation.primitives = {{name, 1}};
  operation.place = element.place();
  return operation;
}

class Composer {
 public:
  void add(const XmlElement& element) {
    const auto name = read_name(element);
    if (definitions_.contains(name)) element.fail("name", "is the name of an earlier <op>");
    Definition definition{element, {}};
    for (const char* known : {"area", "as", "cycles", "energy"}) {
      static_cast<void>(element.optional<std::string>(known));  // so that messages list them all
    }
    if (element.has("as")) {
      definition.parts = read_parts(element);
      for (const char* given : {"cycles", "energy", "area"}) {
        if (element.has(given)) element.fail(given, "is given, and 'as' as well: keep one");
      }
    } else {
      resolved_[name] = read_primitive(element, name);
    }
    definitions_.emplace(name, std::move(definition));
  }

  /// Every composition summed up, whatever the order of the file.
  OperationTable resolve() {
    for (const auto& [name, definition] : definitions_) resolve(name);
    return std::move(resolved_);
  }

 private:
  const Operation& resolve(const std::string& name) {
    const auto done = resolved_.find(name);
    if (done != resolved_.end()) return done->second;
    const auto& [element, parts] = definitions_.at(name);
    const bool again = std::find(open_.begin(), open_.end(), name) != open_.end();
    open_.push_back(name);
    if (again) element.fail("as", "makes the operation of itself: " + join(open_, " -> "));
    if (open_.size() > deepest_composition) fail_depth(element);
    Operation operation;
    operation.name = name;
    operation.area = SquareMicrons();
    operation.place = element.place();
    for (const auto& part : parts) add_part(operation, part, element);
    open_.pop_back();
    if (depth_[name] > deepest_composition) fail_depth(element);
    return resolved_[name] = std::move(operation);
  }

  [[noreturn]] static void fail_depth(const XmlElement& element) {
    element.fail("as", "is composed more than 64 deep");
  }

  void add_part(Operation& whole, const Term& term, const XmlElement& element) {
    if (!definitions_.contains(term.name)) {
      std::vector<std::string> known;
      for (const auto& [name, definition] : definitions_) known.push_back(name);
      element.fail("as", "has the unknown operation '" + term.name + "'" +
                             did_you_mean(term.name, known) + " (known: " + join(known) + ")");
    }
    const auto& part = resolve(term.name);
    depth_[whole.name] = std::max(depth_[whole.name], depth_[part.name] + 1);
    const auto add = [&](std::uint64_t total, std::uint64_t count) {
      const auto more = product(count, term.times);
      if (!more || *more > greatest_total - total) element.fail("as", "adds up to too much");
      return total + *more;
    };
    whole.cycles = Cycles(add(whole.cycles.count(), part.cycles.count()));
    whole.energy += part.energy * static_cast<double>(term.times);
    for (const auto& [name, count] : part.primitives) {
      whole.primitives[name] = add(whole.primitives[name], count);
    }
  }

  std::map<std::string, Definition> definitions_;
  OperationTable resolved_;
  std::map<std::string, std::size_t> depth_;  ///< of composition; a primitive's is 0
  std::vector<std::string> open_;             ///< the compositions being resolved, outermost first
};

void read_chains(const XmlElement& element, OperationTable& table) {
  auto& operation = table.at(element.required<std::string>("name"));
  std::vector<std::string> known;
  for (const auto& [name, other] : table) known.push_back(name);
  for (const auto& name : words_of(element.optional<std::string>("chain", ""))) {
    if (name == operation.name) element.fail("chain", "feeds the operation into itself");
    if (!table.contains(name)) {
      element.fail("chain", "has the unknown operation '" + name + "'" + did_you_mean(name, known) +
                                " (known: " + join(known) + ")");
    }
    auto& list = operation.chains;
    if (std::find(list.begin(), list.end(), name) != list.end()) {
      element.fail("chain", "has '" + name + "' twice");
    }
    list.push_back(name);
  }
}

}  // namespace

OperationTable read_operations(const std::vector<XmlElement>& elements) {
  Composer composer;
  for (const auto& element : elements) composer.add(element);
  auto table = composer.resolve();
  for (const auto& element : elements) {
    read_chains(element, table);
    finish_leaf(element);
  }
  return table;
}

}  // namespace attnsim::arch
