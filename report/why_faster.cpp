#include "report/why_faster.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace attnsim::report {
namespace {

constexpr double mostly = 0.9;  // of the difference

/// Cycles as they are counted here: themselves, or seconds.
double scale_of(const RunRecord& run, bool in_seconds) {
  if (!in_seconds || run.result.cycles == 0) return 1;
  return run.result.seconds / static_cast<double>(run.result.cycles);
}

BoundView view_of(const RunRecord& run, double scale) {
  const auto& result = run.result;
  BoundView view;
  view.unit = result.bound_by;
  view.total = static_cast<double>(result.cycles) * scale;
  view.busy = static_cast<double>(result.bound_cycles) * scale;
  double computing = 0;
  for (const auto& unit : result.units) {
    if (unit.name == view.unit) view.port = unit.port;
    if (!unit.port) computing += unit.busy_cycles;
  }
  view.computing = result.cycles == 0 ? 0 : computing / static_cast<double>(result.cycles);
  return view;
}

WhyCause cause_of(const WhyFaster& why) {
  const auto difference = why.difference();
  if (difference <= 0) return WhyCause::none;
  if (why.busier >= mostly * difference) return WhyCause::busier;
  return why.waits_longer >= mostly * difference ? WhyCause::waiting : WhyCause::both;
}

void add_busy(std::map<std::string, double>& busy, const RunRecord& run, const BoundView& view,
              double scale) {
  for (const auto& use : run.result.einsums) {
    if (use.unit == view.unit) busy[use.name] += static_cast<double>(use.busy_cycles) * scale;
  }
}

std::vector<EinsumDifference> einsums_of(const RunRecord& fast, const RunRecord& slow,
                                         const WhyFaster& why) {
  if (why.faster.port || why.slower.port) return {};
  std::map<std::string, double> longer;
  add_busy(longer, slow, why.slower, scale_of(slow, why.in_seconds));
  add_busy(longer, fast, why.faster, -scale_of(fast, why.in_seconds));
  std::vector<EinsumDifference> differences;
  for (const auto& [einsum, amount] : longer) differences.push_back({einsum, amount});
  std::stable_sort(differences.begin(), differences.end(),
                   [](const auto& a, const auto& b) { return a.longer > b.longer; });
  return differences;
}

std::optional<double> bytes_ratio_of(const RunRecord& fast, const RunRecord& slow,
                                     const WhyFaster& why) {
  if (!why.slower.port) return std::nullopt;
  const auto bytes_of = [&](const RunRecord& run) {
    const auto traffic = run.result.traffic.find(why.slower.unit);
    return traffic == run.result.traffic.end()
               ? 0.0
               : static_cast<double>(traffic->second.read + traffic->second.write);
  };
  if (bytes_of(fast) <= 0 || bytes_of(slow) <= 0) return std::nullopt;
  return bytes_of(slow) / bytes_of(fast);
}

}  // namespace

WhyFaster why_faster(const RunRecord& one, const RunRecord& other) {
  const bool in_order = one.result.seconds <= other.result.seconds;
  const auto& fast = in_order ? one : other;
  const auto& slow = in_order ? other : one;
  WhyFaster why;
  why.in_seconds = fast.clock_hz != slow.clock_hz;
  why.faster = view_of(fast, scale_of(fast, why.in_seconds));
  why.slower = view_of(slow, scale_of(slow, why.in_seconds));
  why.busier = why.slower.busy - why.faster.busy;
  why.waits_longer = why.slower.waiting() - why.faster.waiting();
  why.cause = cause_of(why);
  why.einsums = einsums_of(fast, slow, why);
  why.bytes_ratio = bytes_ratio_of(fast, slow, why);
  return why;
}

}  // namespace attnsim::report
