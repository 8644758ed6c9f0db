#include "explore/mapper.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <set>

#include "explore/candidate.h"
#include "explore/random_problem.h"
#include "mappings/space_bound.h"
#include "mappings/space_keeps.h"

namespace attnsim::explore {
namespace {

constexpr std::int64_t largest_space = 1000;

/// Every mapping of a space, lowered and run: no bound, no order, no front.
struct Exhaustive {
  std::vector<Costs> costs;  ///< of those that fit
  std::int64_t infeasible = 0;
};

Costs costs_of(const Found& found) {
  return {static_cast<double>(found.cycles), found.energy_pj,
          static_cast<double>(found.buffer_bytes)};
}

bool no_worse(const Costs& a, const Costs& b, const Objectives& objectives) {
  return std::all_of(objectives.begin(), objectives.end(), [&](Objective objective) {
    const auto i = static_cast<std::size_t>(objective);
    return a[i] <= b[i];
  });
}

Costs only(const Costs& costs, const Objectives& objectives) {
  Costs chosen{};
  for (const auto objective : objectives) {
    chosen[static_cast<std::size_t>(objective)] = costs[static_cast<std::size_t>(objective)];
  }
  return chosen;
}

std::set<Costs> plain_front(const std::vector<Costs>& all, const Objectives& objectives) {
  std::set<Costs> front;
  for (const auto& costs : all) {
    const bool beaten = std::any_of(all.begin(), all.end(), [&](const Costs& other) {
      return no_worse(other, costs, objectives) && !no_worse(costs, other, objectives);
    });
    if (!beaten) front.insert(only(costs, objectives));
  }
  return front;
}

std::set<Costs> found_front(const MapperResult& result, const Objectives& objectives) {
  std::set<Costs> front;
  for (const auto& found : result.front) front.insert(only(costs_of(found), objectives));
  return front;
}

void expect_bound(const mappings::CostBound& bound, const Costs& costs) {
  EXPECT_LE(bound.cycles, costs[0]);
  EXPECT_LE(bound.energy_pj, costs[1] * (1 + 1e-9));
  EXPECT_LE(bound.buffer_bytes, costs[2]);
}

/// All variants, each held to its bounds and to what the first says of the others.
void run_family(const mappings::MappingSpace& space, const mappings::Outline& outline,
                const mappings::OutlineBound& bound, const mappings::OutlineFit& fit,
                const std::vector<mappings::Details>& variants, const mappings::CostBound& any,
                Exhaustive& all) {
  std::optional<Evaluation> first;
  for (const auto& details : variants) {
    const auto evaluation =
        evaluate(space.roles, space.mapping(outline, details), [](const Costs&) { return false; });
    if (!first) first = evaluation;
    if (evaluation.end == Evaluation::End::infeasible) {
      ++all.infeasible;
      continue;
    }
    EXPECT_EQ(first->end, Evaluation::End::simulated);
    EXPECT_EQ(evaluation.least[0], first->least[0]);
    EXPECT_EQ(evaluation.least[1], first->least[1]);
    EXPECT_GE(evaluation.least[2], first->least[2]);
    EXPECT_TRUE(fit.may_fit(details));
    auto costs = evaluation.least;
    costs[0] = static_cast<double>(evaluation.cycles);
    expect_bound(bound.of(details.binding, details.prefetch), costs);
    expect_bound(any, costs);
    all.costs.push_back(costs);
  }
}

Exhaustive run_all(const mappings::MappingSpace& space) {
  Exhaustive all;
  for (const auto& outline : space.outlines) {
    const mappings::OutlineBound bound(space.roles, outline, space.fusions[outline.fusion]);
    const mappings::OutlineFit fit(space.roles, outline, space.fusions[outline.fusion]);
    const auto bindings = space.bindings(bound);
    const auto any = bound.any(bindings);
    for (const auto& binding : bindings) {
      for (const auto waiting : space.waitings) {
        run_family(space, outline, bound, fit, space.variants(binding, waiting), any, all);
      }
    }
  }
  return all;
}

class RandomSpace : public testing::TestWithParam<std::uint32_t> {
 protected:
  /// The seed's first space that is small enough to run all of it, and is not empty.
  void SetUp() override {
    for (auto seed = GetParam() * 1000;; ++seed) {
      problem_ = random_problem(seed);
      space_ = mappings::space_of(problem_.cascade, problem_.architecture, problem_.shapes,
                                  problem_.limits);
      if (space_.size() <= largest_space) break;
    }
    all_ = run_all(space_);
  }

  [[nodiscard]] MapperResult searched(const Objectives& objectives, double within,
                                      unsigned workers = 1) const {
    MapperOptions options;
    options.objectives = objectives;
    options.within = within;
    options.workers = workers;
    return search(space_, options);
  }

  Problem problem_;
  mappings::MappingSpace space_;
  Exhaustive all_;
};

const Objectives everything{Objective::cycles, Objective::energy, Objective::buffer};

TEST_P(RandomSpace, SearchMatchesExhaustiveSearch) {
  EXPECT_EQ(space_.size(), static_cast<std::int64_t>(all_.costs.size()) + all_.infeasible);
  for (const auto& objectives :
       {everything, Objectives{Objective::cycles}, Objectives{Objective::energy},
        Objectives{Objective::buffer}, Objectives{Objective::cycles, Objective::buffer}}) {
    const auto result = searched(objectives, 0);
    EXPECT_EQ(found_front(result, objectives), plain_front(all_.costs, objectives));
    EXPECT_LE(result.gap, 1e-9);
    const auto& counts = result.counts;
    EXPECT_EQ(counts.space, space_.size());
    EXPECT_EQ(counts.bounded + counts.infeasible + counts.lowered, space_.size());
    EXPECT_TRUE(result.complete());
    for (const auto& costs : all_.costs) {
      for (std::size_t i = 0; i < costs.size(); ++i) {
        EXPECT_LE(result.least[i], costs[i] * (1 + 1e-9));
      }
    }
  }
  const auto tolerant = searched(everything, 0.1);
  EXPECT_LE(tolerant.gap, 0.1 + 1e-9);
  for (const auto& costs : all_.costs) {
    const bool matched =
        std::any_of(tolerant.front.begin(), tolerant.front.end(), [&](const Found& found) {
          return factor_to(costs_of(found), costs, everything) <= 1 + tolerant.gap + 1e-9;
        });
    EXPECT_TRUE(matched);
  }
}

INSTANTIATE_TEST_SUITE_P(OfSixty, RandomSpace, testing::Range(0U, 60U));

mappings::MappingSpace some_space() {
  static const auto problem = random_problem(7);
  return mappings::space_of(problem.cascade, problem.architecture, problem.shapes, problem.limits);
}

MapperResult search_some(unsigned workers, std::int64_t most_points = 0) {
  MapperOptions options;
  options.within = 0;
  options.workers = workers;
  options.most_points = most_points;
  return search(some_space(), options);
}

TEST(Mapper, FindsTheSameOnAnyNumberOfWorkers) {
  const auto one = search_some(1);
  const auto three = search_some(3);
  ASSERT_EQ(one.front.size(), three.front.size());
  ASSERT_FALSE(one.front.empty());
  for (std::size_t i = 0; i < one.front.size(); ++i) {
    EXPECT_EQ(costs_of(one.front[i]), costs_of(three.front[i]));
    EXPECT_EQ(one.front[i].details.binding, three.front[i].details.binding);
  }
  EXPECT_EQ(one.counts.bounded, three.counts.bounded);
  EXPECT_EQ(one.counts.simulated, three.counts.simulated);
}

TEST(Mapper, ReportsTheGapWhereTheLimitComesFirst) {
  const auto whole = search_some(1);
  const auto limited = search_some(1, 1);
  EXPECT_FALSE(limited.complete());
  EXPECT_GT(limited.counts.left, 0);
  const auto& counts = limited.counts;
  EXPECT_EQ(counts.bounded + counts.infeasible + counts.lowered + counts.left, counts.space);
  ASSERT_FALSE(limited.front.empty());
  for (const auto& better : whole.front) {  // none beats the limited front by more than its gap
    const bool matched =
        std::any_of(limited.front.begin(), limited.front.end(), [&](const Found& found) {
          return factor_to(costs_of(found), costs_of(better), everything) <= 1 + limited.gap + 1e-9;
        });
    EXPECT_TRUE(matched);
  }
}

MapperOptions tolerant() {
  MapperOptions options;
  options.objectives = {Objective::cycles};
  options.within = 1000;  // whatever is found first makes up for all
  options.workers = 1;
  return options;
}

TEST(Mapper, ToleranceComesAfterTheFirstMappings) {
  auto options = tolerant();
  options.exact_points = std::int64_t{1} << 40U;
  EXPECT_LE(search(some_space(), options).gap, 1e-9);
  options.exact_points = 0;
  EXPECT_GT(search(some_space(), options).gap, 1e-9);
}

TEST(Mapper, MatchesARivalThatTheSpaceHolds) {
  auto exact = tolerant();
  exact.within = 0;
  const auto best = costs_of(search(some_space(), exact).front.front());
  auto options = tolerant();
  EXPECT_GT(search(some_space(), options).front.front().cycles, best[0]);
  options.rivals = {best};
  EXPECT_EQ(search(some_space(), options).front.front().cycles, best[0]);
}

TEST(Mapper, LongRunsCountForMore) {
  auto options = tolerant();
  options.within = 0;
  options.most_points = 500;
  const auto many = search(some_space(), options).counts.lowered;
  options.point_operations = 1;
  EXPECT_LT(search(some_space(), options).counts.lowered, many);
}

}  // namespace
}  // namespace attnsim::explore
