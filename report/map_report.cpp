#include "report/map_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>

#include "base/did_you_mean.h"
#include "mappings/space_text.h"
#include "report/human.h"
#include "report/run_record.h"
#include "report/table.h"

namespace attnsim::report {
namespace {

using explore::Costs;
using explore::Found;
using explore::Objective;

constexpr std::size_t cycles = static_cast<std::size_t>(Objective::cycles);
constexpr std::size_t energy = static_cast<std::size_t>(Objective::energy);
constexpr std::size_t buffer = static_cast<std::size_t>(Objective::buffer);

Costs costs_of(const Found& found) {
  return {static_cast<double>(found.cycles), found.energy_pj,
          static_cast<double>(found.buffer_bytes)};
}

std::string text_of(Objective objective, double value) {
  if (objective == Objective::cycles) return grouped(value) + " cycles";
  if (objective == Objective::energy) return human_energy(value);
  return human_bytes(static_cast<std::int64_t>(value));
}

std::vector<std::string> costs_text(const Costs& costs, const MapReport& report) {
  return {grouped(costs[cycles]), human_seconds(costs[cycles] / report.clock_hz),
          share(static_cast<double>(report.algorithm.cycles), costs[cycles]),
          human_energy(costs[energy]), human_bytes(static_cast<std::int64_t>(costs[buffer]))};
}

void print_front(std::ostream& out, const MapReport& report) {
  Table table({{"", Align::right}, {"cycles"}, {"time"}, {"of bound"}, {"energy"}, {"on chip"}});
  for (std::size_t i = 0; i < report.result.front.size(); ++i) {
    std::vector<std::string> cells{std::to_string(i + 1)};
    for (auto& cell : costs_text(costs_of(report.result.front[i]), report)) {
      cells.push_back(std::move(cell));
    }
    table.add(std::move(cells));
  }
  table.print(out);
}

void print_descriptions(std::ostream& out, const MapReport& report) {
  for (std::size_t i = 0; i < report.result.front.size(); ++i) {
    const auto& found = report.result.front[i];
    out << fmt::format("{:>3}  {}\n", i + 1,
                       join(mappings::describe(*report.space, found.outline, found.details), "; "));
  }
}

/// The member of the front that makes up best for the rival.
std::size_t best_against(const MapReport& report, const Costs& costs) {
  const auto& front = report.result.front;
  const auto factor = [&](const Found& found) {
    return explore::factor_to(costs_of(found), costs, report.objectives);
  };
  return static_cast<std::size_t>(
      std::min_element(front.begin(), front.end(),
                       [&](const Found& a, const Found& b) { return factor(a) < factor(b); }) -
      front.begin());
}

std::string verdict(const MapReport& report, const Costs& costs) {
  const auto best = best_against(report, costs);
  const auto found = costs_of(report.result.front[best]);
  std::vector<std::string> words;
  for (const auto objective : report.objectives) {
    const auto i = static_cast<std::size_t>(objective);
    words.push_back(fmt::format("{} {}", factor(costs[i] / found[i]), explore::name_of(objective)));
  }
  const auto worst = explore::factor_to(found, costs, report.objectives);
  return fmt::format("{} {}: {}", best + 1, worst <= 1 ? "is no worse in any" : "trades",
                     join(words, ", "));
}

void print_rivals(std::ostream& out, const MapReport& report) {
  for (const auto& misfit : report.misfits) {
    out << fmt::format("\n{} cannot be run here: {}\n", misfit.name, misfit.reason);
  }
  if (report.rivals.empty() || report.result.front.empty()) return;
  Table table({{"against", Align::left},
               {"cycles"},
               {"time"},
               {"of bound"},
               {"energy"},
               {"on chip"},
               {"of the front", Align::left}});
  for (const auto& rival : report.rivals) {
    std::vector<std::string> cells{rival.name};
    for (auto& cell : costs_text(rival.costs, report)) cells.push_back(std::move(cell));
    cells.push_back(verdict(report, rival.costs));
    table.add(std::move(cells));
  }
  out << '\n';
  table.print(out);
}

void print_counts(std::ostream& out, const MapReport& report) {
  const auto& counts = report.result.counts;
  out << fmt::format("space         {} mappings of {} on {}:\n", grouped(counts.space),
                     report.cascade, report.arch);
  for (const auto& line : mappings::statement_of(*report.space)) {
    out << "              " << line << '\n';
  }
  out << fmt::format(
      "searched      {} left out by bounds, {} infeasible, {} lowered ({} of them run to the "
      "cycle)",
      grouped(counts.bounded), grouped(counts.infeasible), grouped(counts.lowered),
      grouped(counts.simulated));
  if (counts.left > 0) out << fmt::format(", {} left by the limit", grouped(counts.left));
  out << '\n';
}

double least_of(const MapReport& report, std::size_t objective) {
  double least = costs_of(report.result.front.front())[objective];
  for (const auto& found : report.result.front) {
    least = std::min(least, costs_of(found)[objective]);
  }
  return least;
}

/// How far from the least there can be, in one thing.
std::string gap_text(double is, double least) {
  if (is <= least * (1 + 1e-9)) return "proven the least in this space";
  return fmt::format("at most {:.2g} % above the least in this space", 100 * (is / least - 1));
}

std::string proof_text(const MapReport& report) {
  const auto& result = report.result;
  if (result.complete() && result.gap <= 1e-9)
    return "the whole front, proven optimal in this space";
  if (result.complete()) {
    return fmt::format(
        "proven: against any mapping of this space, one of these is at most {:.2g} % worse in "
        "every objective",
        100 * result.gap);
  }
  return fmt::format("not proven as a front ({} of {} mappings were not looked at: raise --limit)",
                     grouped(result.counts.left), grouped(result.counts.space));
}

Json front_json(const MapReport& report) {
  auto front = Json::array();
  for (const auto& found : report.result.front) {
    front.push_back({{"cycles", found.cycles},
                     {"seconds", static_cast<double>(found.cycles) / report.clock_hz},
                     {"bound_cycles", found.bound_cycles},
                     {"energy_pj", found.energy_pj},
                     {"buffer_bytes", found.buffer_bytes},
                     {"mapping", mappings::describe(*report.space, found.outline, found.details)}});
  }
  return front;
}

Json rivals_json(const MapReport& report) {
  auto rivals = Json::array();
  for (const auto& rival : report.rivals) {
    rivals.push_back({{"mapping", rival.name},
                      {"cycles", rival.costs[cycles]},
                      {"energy_pj", rival.costs[energy]},
                      {"buffer_bytes", rival.costs[buffer]}});
  }
  for (const auto& misfit : report.misfits) {
    rivals.push_back({{"mapping", misfit.name}, {"error", misfit.reason}});
  }
  return rivals;
}

}  // namespace

void print_map(std::ostream& out, const MapReport& report) {
  out << fmt::format("{} on {}{}: {}\n", report.cascade, report.arch,
                     report.model.empty() ? "" : ", model " + report.model,
                     shapes_text(report.shapes));
  out << fmt::format("bound of the algorithm, whatever the mapping: {} cycles ({})\n\n",
                     grouped(report.algorithm.cycles), report.algorithm.by);
  if (report.result.front.empty()) {
    out << "no mapping found\n\n";
  } else {
    print_front(out, report);
    out << '\n';
    print_descriptions(out, report);
    print_rivals(out, report);
    out << '\n';
  }
  print_counts(out, report);
  if (report.result.front.empty()) return;
  for (const auto objective : report.objectives) {
    const auto i = static_cast<std::size_t>(objective);
    const auto is = least_of(report, i);
    out << fmt::format("{:<14}{}: {}\n", explore::name_of(objective), text_of(objective, is),
                       gap_text(is, report.result.least[i]));
  }
  out << "front         " << proof_text(report) << '\n';
}

void print_rate(std::ostream& out, const MapReport& report) {
  const auto& counts = report.result.counts;
  const auto looked_at = static_cast<double>(counts.space - counts.left);
  out << fmt::format("searched in {}: {} mappings a second, {} of them lowered\n",
                     human_seconds(report.seconds), grouped(looked_at / report.seconds),
                     grouped(static_cast<double>(counts.lowered) / report.seconds));
}

Json to_json(const MapReport& report) {
  auto objectives = Json::array();
  for (const auto objective : report.objectives) objectives.push_back(explore::name_of(objective));
  const auto& counts = report.result.counts;
  const auto& least = report.result.least;
  return {
      {"cascade", report.cascade},
      {"arch", report.arch},
      {"model", report.model.empty() ? Json(nullptr) : Json(report.model)},
      {"shapes", report.shapes},
      {"algorithm_bound_cycles", report.algorithm.cycles},
      {"objectives", objectives},
      {"within", report.within},
      {"front", front_json(report)},
      {"against", rivals_json(report)},
      {"space", {{"mappings", counts.space}, {"rules", mappings::statement_of(*report.space)}}},
      {"counts",
       {{"bounded", counts.bounded},
        {"infeasible", counts.infeasible},
        {"lowered", counts.lowered},
        {"simulated", counts.simulated},
        {"left", counts.left}}},
      {"complete", report.result.complete()},
      {"gap", report.result.complete() ? Json(report.result.gap) : Json(nullptr)},
      {"least",
       {{"cycles", least[cycles]}, {"energy_pj", least[energy]}, {"buffer_bytes", least[buffer]}}}};
}

}  // namespace attnsim::report
