#include "einsum/count_operations.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <random>

#include "einsum/affine.h"
#include "einsum/cascade_files.h"
#include "einsum/condition_groups.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"
#include "einsum/random_cascade.h"

namespace attnsim::einsum {
namespace {

using testing::ElementsAre;
using testing::Pair;

/// Counts by evaluating every point, as the interpreter does.
class Enumeration {
 public:
  Enumeration(const Cascade& cascade, const Shapes& shapes) : cascade_(cascade), shapes_(shapes) {}

  OperationCounts of(const Einsum& einsum) {
    einsum_ = &einsum;
    counts_.clear();
    bound_.clear();
    each(output_variables(einsum), 0, [&] {
      if (!is_guarded() || holds(*einsum.where)) visit_points(einsum.value);
    });
    return counts_;
  }

 private:
  template <class Visit>
  void each(const std::vector<std::string>& variables, std::size_t next, const Visit& visit) {
    if (next == variables.size()) return visit();
    const auto extent = shapes_.at(cascade_.find_rank_of_variable(variables[next])->name);
    for (std::int64_t value = 0; value < extent; ++value) {
      bound_[variables[next]] = value;
      each(variables, next + 1, visit);
    }
    bound_.erase(variables[next]);
  }

  [[nodiscard]] bool is_guarded() const {
    if (!einsum_->where) return false;
    const auto variables = variables_used(*einsum_->where);
    return std::all_of(variables.begin(), variables.end(),
                       [&](const std::string& variable) { return bound_.contains(variable); });
  }

  [[nodiscard]] std::int64_t value(const Index& index) const {
    std::int64_t sum = 0;
    for (const auto& term : index.terms) {
      sum += term.factor * (term.rank.empty() ? 1 : shapes_.at(term.rank)) *
             (term.variable.empty() ? 1 : bound_.at(term.variable)) *
             (term.part.empty() ? 1 : value(std::get<IndexOperation>(term.part.front().node)));
    }
    return sum;
  }

  [[nodiscard]] std::int64_t value(const IndexOperation& operation) const {
    const auto operand = value(operation.operand);
    const auto constant = value(operation.constant);
    const auto remainder = ((operand % constant) + constant) % constant;
    if (operation.kind == IndexOperation::Kind::product) return operand * constant;
    if (operation.kind == IndexOperation::Kind::remainder) return remainder;
    return (operand - remainder) / constant;
  }

  [[nodiscard]] bool holds(const Condition& condition) const {
    const auto part = [&](const Condition& inner) { return holds(inner); };
    if (condition.kind == Condition::Kind::all_of) {
      return std::all_of(condition.parts.begin(), condition.parts.end(), part);
    }
    if (condition.kind == Condition::Kind::any_of) {
      return std::any_of(condition.parts.begin(), condition.parts.end(), part);
    }
    if (condition.kind == Condition::Kind::negation) return !holds(condition.parts.front());
    const auto left = value(condition.comparison.left);
    const auto right = value(condition.comparison.right);
    const std::map<Comparator, bool> truths{
        {Comparator::less, left < right},    {Comparator::less_equal, left <= right},
        {Comparator::greater, left > right}, {Comparator::greater_equal, left >= right},
        {Comparator::equal, left == right},  {Comparator::not_equal, left != right}};
    return truths.at(condition.comparison.comparator);
  }

  void visit_points(const Expr& expr) {
    if (const auto* call = std::get_if<Call>(&expr.node)) {
      for (const auto& argument : call->arguments) visit_points(argument);
      ++counts_[call->op];
    } else if (const auto* reduce = std::get_if<Reduce>(&expr.node)) {
      const auto* op = find_reduce_operator(reduce->op);
      combine(op == nullptr ? reduce->op : op->counts_as, reduce->variables, reduce->argument);
    } else if (const auto* select = std::get_if<Select>(&expr.node)) {
      for (std::size_t i = 1; i < select->arguments.size(); ++i) {
        visit_points(select->arguments[i]);
      }
      combine(select->op, {select->variable}, {select->arguments.front()});
    }
  }

  void combine(const std::string& op, const std::vector<std::string>& variables,
               const std::vector<Expr>& arguments) {
    const bool outside = is_guarded();
    std::int64_t points = 0;
    each(variables, 0, [&] {
      if (!outside && is_guarded() && !holds(*einsum_->where)) return;
      for (const auto& argument : arguments) visit_points(argument);
      ++points;
    });
    if (points > 1) counts_[op] += points - 1;
  }

  const Cascade& cascade_;
  const Shapes& shapes_;
  const Einsum* einsum_ = nullptr;
  std::map<std::string, std::int64_t> bound_;
  OperationCounts counts_;
};

/// @return how many Einsums were compared exactly
int expect_enumerated(const Cascade& cascade, const Shapes& given) {
  const auto shapes = resolve_shapes(cascade, given);
  const auto counts = count_operations(cascade, shapes);
  Enumeration enumeration(cascade, shapes);
  int exact = 0;
  for (std::size_t i = 0; i < cascade.einsums.size(); ++i) {
    const auto& einsum = cascade.einsums[i];
    if (einsum.where && depends_on_data(*einsum.where)) continue;
    EXPECT_EQ(counts.einsums[i].operations, enumeration.of(einsum))
        << cascade.name << " " << einsum.name();
    ++exact;
  }
  return exact;
}

TEST(CountOperations, OfOnePassAttentionAreThoseOfItsTwelveEinsums) {
  const auto cascade = load_cascade(cascade_path("attention_1pass"));
  constexpr std::int64_t bh = 6, e = 8, f = 4, m = 32, p = 16, m1 = 4;
  const auto counts = count_operations(
      cascade,
      resolve_shapes(cascade,
                     {{"B", 2}, {"H", 3}, {"E", e}, {"F", f}, {"P", p}, {"M", m}, {"M1", m1}}));
  using Ops = OperationCounts;
  const std::vector<Ops> expected = {{{"add", bh * (e - 1) * m * p}, {"mul", bh * e * m * p}},
                                     {{"max", bh * (m - m1) * p}},
                                     {{"max", bh * m1 * p}},
                                     {{"exp", bh * m * p}, {"sub", bh * m * p}},
                                     {{"add", bh * (m - m1) * p}},
                                     {{"exp", bh * m1 * p}, {"sub", bh * m1 * p}},
                                     {{"mul", bh * m1 * p}},
                                     {{"add", bh * m1 * p}},
                                     {{"add", bh * f * (m - m1) * p}, {"mul", bh * f * m * p}},
                                     {{"mul", bh * f * m1 * p}},
                                     {{"add", bh * f * m1 * p}},
                                     {{"div", bh * f * p}}};
  std::vector<Ops> found;
  for (const auto& einsum : counts.einsums) found.push_back(einsum.operations);
  EXPECT_EQ(found, expected);
  EXPECT_EQ(counts.exponentials, bh * (m + m1) * p);
  EXPECT_EQ(counts.input_words, bh * (e * p + e * m + f * m));
  EXPECT_EQ(counts.output_words, bh * f * p);
}

TEST(CountOperations, OfEveryShippedCascadeAreThoseOfEnumeration) {
  int exact = 0;
  for (const auto& name : shipped_cascades()) {
    const auto cascade = load_cascade(cascade_path(name));
    for (const std::int64_t extent : {2, 3}) {
      Shapes shapes;
      for (const auto& rank : cascade.ranks) {
        if (rank.parts.empty()) shapes[rank.name] = extent;
      }
      exact += expect_enumerated(cascade, shapes);
    }
  }
  EXPECT_GT(exact, 1500);
}

TEST(CountOperations, UnderMasksAreThoseOfEnumeration) {
  for (const auto* mask : {"m <= p", "m <= p and p - m < W", "m <= p and (p - m < W or m < S)",
                           "p - 2*m == S", "m != p", "m/3 == p/2", "not (m%3 < 2 or p/2 > m)",
                           "2*m >= p and m < S", "p < W", "m >= S", "m < 0"}) {
    const std::string where = std::string(" where ") + mask;
    const auto cascade = parse_cascade(
        "cascade c\nparam W = 3 S = 1\nrank P M\ninput X[p,m]\noutput Y[p] Z[p,m] U[]\n"
        "Z[p,m] = exp(X[p,m]) * 2" +
            where + "\nY[p] = 1 + sum[m] X[p,m] * X[p,m]" + where + "\nU[] = max[p] max[m] X[p,m]" +
            where + " and W + S > 0\n",
        "t");
    for (const std::int64_t width : {0, 1, 4}) {
      for (const std::int64_t p : {1, 4, 6}) {
        expect_enumerated(cascade, {{"P", p}, {"M", 5}, {"W", width}, {"S", 2}});
      }
    }
  }
}

TEST(CountOperations, OfRandomCascadesAreThoseOfEnumeration) {
  std::mt19937 random(11);
  RandomParts may;
  may.nested_parts = false;
  int exact = 0;
  for (int round = 0; round < 500; ++round) {
    exact += expect_enumerated(random_cascade(random, may),
                               {{"A", 2}, {"B", 3}, {"C", 2}, {"M1", 2}, {"M0", 2}});
  }
  EXPECT_GT(exact, 3000);
}

TEST(CountOperations, OfACausalMillionAreHalf) {
  const auto cascade = load_cascade(cascade_path("attention_1pass_causal"));
  const std::int64_t n = 1 << 20;
  const auto counts = count_operations(
      cascade,
      resolve_shapes(cascade,
                     {{"B", 1}, {"H", 1}, {"E", 64}, {"F", 64}, {"P", n}, {"M", n}, {"M0", 256}}));
  EXPECT_EQ(counts.einsums[0].operations.at("mul"), 64 * (n * (n + 1) / 2));
  EXPECT_EQ(counts.einsums[3].operations.at("exp"), n * (n + 1) / 2);
}

TEST(CountOperations, BeyondSixtyThreeBitsAreRefusedAtTheirEinsum) {
  const auto cascade = parse_cascade(
      "cascade c\nrank A B\ninput X[a,b]\noutput Y[a,b]\nY[a,b] = X[a,b] + X[a,b] * 2\n", "t");
  const std::int64_t n = std::int64_t{1} << 31;
  EXPECT_EQ(count_operations(cascade, {{"A", n}, {"B", n / 2}}).flops, n * n);
  try {
    static_cast<void>(count_operations(cascade, {{"A", n}, {"B", n}}));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "t:5:1: its operations are more than 63 bits can count at these shapes");
  }
}

}  // namespace
}  // namespace attnsim::einsum
