#include "exchange/statement.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/parser.h"
#include "einsum/printer.h"

namespace attnsim::exchange {
namespace {

/// "sum(K).(...)" of the first versions of TeAAL is "sum[k] (...)" here, letter for letter.
void replace_old_sums(std::string& statement) {
  for (auto at = statement.find("sum("); at != std::string::npos;
       at = statement.find("sum(", at + 1)) {
    const auto close = statement.find(").(", at);
    if (close == std::string::npos) return;
    statement[at + 3] = '[';
    statement[close] = ']';
    statement[close + 1] = ' ';
    std::transform(statement.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                   statement.begin() + static_cast<std::ptrdiff_t>(close),
                   statement.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  }
}

/// Blank lines and blanks put the text where it stands in its file, so that messages are right.
std::string placed(const Yaml& text) {
  auto statement = text.text;
  std::replace(statement.begin(), statement.end(), '\n', ' ');
  replace_old_sums(statement);
  const auto lines = static_cast<std::size_t>(std::max(text.place.line - 1, 1));
  const auto blanks = static_cast<std::size_t>(std::max(text.place.column - 1, 0));
  return "cascade X" + std::string(lines, '\n') + std::string(blanks, ' ') + statement + "\n";
}

bool is_lone_einsum(const einsum::Cascade& cascade) {
  return cascade.einsums.size() == 1 && cascade.ranks.empty() && cascade.params.empty() &&
         cascade.typicals.empty() && cascade.operators.empty() && cascade.inputs.empty() &&
         cascade.outputs.empty() && cascade.views.empty() && cascade.inits.empty();
}

einsum::Condition not_empty(const einsum::Expr& operand) {
  einsum::Condition condition;
  condition.kind = einsum::Condition::Kind::values;
  condition.comparison.comparator = einsum::Comparator::not_equal;
  condition.place = operand.place;
  // A whole number on a side of a comparison is an index.
  condition.sides = {operand, {einsum::Index{{einsum::Term{0, "", "", {}}}}, operand.place}};
  return condition;
}

/// The access that `condition` requires not to be 0; nullptr if it is any other condition.
const einsum::Expr* not_empty_operand(const einsum::Condition& condition) {
  if (condition.kind != einsum::Condition::Kind::values) return nullptr;
  if (condition.comparison.comparator != einsum::Comparator::not_equal) return nullptr;
  const auto* const zero = std::get_if<einsum::Index>(&condition.sides[1].node);
  if (zero == nullptr || *zero != einsum::Index{{einsum::Term{0, "", "", {}}}}) return nullptr;
  const auto& operand = condition.sides[0];
  return std::holds_alternative<einsum::Access>(operand.node) ? &operand : nullptr;
}

/// `take(A, B, 1)` is B where A (and B) is not empty: on dense tensors, not 0.
void replace_take(einsum::Einsum& einsum) {
  const auto* const call = std::get_if<einsum::Call>(&einsum.value.node);
  if (call == nullptr || call->op != "take") return;
  const auto& arguments = call->arguments;
  const auto* const which =
      arguments.size() < 3 ? nullptr : std::get_if<einsum::Number>(&arguments.back().node);
  const auto operands = arguments.size() - 1;
  const bool whole = which != nullptr && which->value >= 0 &&
                     which->value < static_cast<double>(operands) &&
                     which->value == static_cast<double>(static_cast<std::size_t>(which->value));
  if (!whole || einsum.where) {
    throw InputError(einsum.value.place,
                     "'take' takes at least two tensors and the number of one of them, from 0: "
                     "take(A[k], B[k], 1)");
  }
  const auto taken = static_cast<std::size_t>(which->value);
  std::vector<einsum::Condition> conditions;
  for (std::size_t i = 0; i < operands; ++i) {
    if (i != taken) conditions.push_back(not_empty(arguments[i]));
  }
  einsum.where = conditions.front();
  if (conditions.size() > 1) {
    einsum.where =
        einsum::Condition{einsum::Condition::Kind::all_of, {}, conditions, einsum.value.place, {}};
  }
  auto value = arguments[taken];
  einsum.value = std::move(value);
}

/// The right side without an outermost sum over all that the left side lacks.
const einsum::Expr& without_implied_sum(const einsum::Einsum& einsum) {
  const auto* const reduce = std::get_if<einsum::Reduce>(&einsum.value.node);
  if (reduce == nullptr || reduce->op != "sum") return einsum.value;
  const auto& argument = reduce->argument.front();
  const auto kept = einsum::output_variables(einsum);
  for (const auto& variable : einsum::variables_used(argument)) {
    const bool summed =
        std::count(reduce->variables.begin(), reduce->variables.end(), variable) > 0;
    const bool free = std::count(kept.begin(), kept.end(), variable) > 0;
    if (!summed && !free) return einsum.value;  // reduced further inside
  }
  bool inner = false;
  einsum::visit(argument, [&](const einsum::Expr& expr) {
    inner = inner || std::holds_alternative<einsum::Reduce>(expr.node);
  });
  return inner ? einsum.value : argument;
}

/// "take(A[k,m], B[k,n], 1)", or "" where the Einsum is none.
std::string take_text(const einsum::Einsum& einsum) {
  if (!einsum.where || !std::holds_alternative<einsum::Access>(einsum.value.node)) return "";
  auto conditions = einsum.where->parts;
  if (einsum.where->kind != einsum::Condition::Kind::all_of) conditions = {*einsum.where};
  std::string text = "take(";
  for (const auto& condition : conditions) {
    const auto* const operand = not_empty_operand(condition);
    if (operand == nullptr) return "";
    text += einsum::to_text(*operand) + ", ";
  }
  return text + einsum::to_text(einsum.value) + ", " + std::to_string(conditions.size()) + ")";
}

void add(std::vector<std::string>& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

void add_beyond(const einsum::Expr& expr, std::vector<std::string>& words) {
  if (const auto* call = std::get_if<einsum::Call>(&expr.node)) {
    if (call->op != "mul" && call->op != "add") add(words, "'" + call->op + "'");
  } else if (const auto* reduce = std::get_if<einsum::Reduce>(&expr.node)) {
    add(words, "a reduction by '" + reduce->op + "' that is written out");
  } else if (std::holds_alternative<einsum::Select>(expr.node)) {
    add(words, "a selection");
  } else if (!std::holds_alternative<einsum::Access>(expr.node)) {
    add(words, "a number");
  }
}

/// TeAAL's indices are sums of variables, each perhaps times a number.
bool is_beyond(const einsum::Index& index) {
  return std::any_of(index.terms.begin(), index.terms.end(), [](const einsum::Term& term) {
    return !term.rank.empty() || term.variable.empty() || !term.part.empty();
  });
}

}  // namespace

einsum::Einsum parse_statement(const Yaml& text) {
  if (!text.is_scalar()) {
    throw InputError(text.place, "must be an Einsum, as in Z[m,n] = A[k,m] * B[k,n]");
  }
  auto cascade = einsum::parse(placed(text), text.place.file);
  if (!is_lone_einsum(cascade)) {
    throw InputError(text.place,
                     "must be one Einsum, as in Z[m,n] = A[k,m] * B[k,n], not '" + text.text + "'");
  }
  auto einsum = std::move(cascade.einsums.front());
  replace_take(einsum);
  return einsum;
}

std::string statement_text(const einsum::Einsum& einsum) {
  const auto take = take_text(einsum);
  const auto left = einsum::to_text(einsum.output) + " = ";
  if (!take.empty()) return left + take;
  auto text = left + einsum::to_text(without_implied_sum(einsum));
  if (einsum.where) text += " where " + einsum::to_text(*einsum.where);
  return text;
}

std::vector<std::string> beyond_teaal(const einsum::Einsum& einsum) {
  std::vector<std::string> words;
  if (!take_text(einsum).empty()) return words;
  einsum::visit(without_implied_sum(einsum),
                [&](const einsum::Expr& expr) { add_beyond(expr, words); });
  if (einsum.where) add(words, "a condition");
  auto accesses = einsum::reads(einsum);
  accesses.push_back(einsum.output);
  for (const auto& access : accesses) {
    if (std::any_of(access.indices.begin(), access.indices.end(), is_beyond)) {
      add(words, "the index " + einsum::to_text(access));
    }
  }
  return words;
}

}  // namespace attnsim::exchange
