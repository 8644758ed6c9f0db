#include "validation/headlines.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace attnsim::validation {
namespace {

using Value = std::function<std::optional<double>(const ComparedRow&)>;

const ComparedRow* find(const std::vector<ComparedRow>& rows, const std::string& configuration,
                        const RowKey& at) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ComparedRow& each) {
    const auto& key = each.key;
    return key.configuration == configuration && key.model == at.model &&
           key.sequence_length == at.sequence_length;
  });
  return found == rows.end() ? nullptr : &*found;
}

/// The sum over the configurations at one model and length; nothing if one has no value.
std::optional<double> sum_at(const std::vector<ComparedRow>& rows,
                             const std::vector<std::string>& configurations, const RowKey& at,
                             const Value& value) {
  double sum = 0;
  for (const auto& configuration : configurations) {
    const auto* row = find(rows, configuration, at);
    if (row == nullptr) return std::nullopt;
    const auto term = value(*row);
    if (!term) return std::nullopt;
    sum += *term;
  }
  return sum;
}

std::optional<double> mean_ratio(const Claim& claim, const std::vector<ComparedRow>& rows,
                                 const Value& value) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& row : rows) {
    if (row.key.configuration != claim.of.front()) continue;
    const auto above = sum_at(rows, claim.of, row.key, value);
    const auto below = sum_at(rows, claim.over, row.key, value);
    if (!above || !below) continue;
    sum += *above / *below;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

Value energy_after(std::size_t rules_given_up) {
  return [rules_given_up](const ComparedRow& row) -> std::optional<double> {
    if (row.energy_steps_pj.empty()) return std::nullopt;
    return row.energy_steps_pj.at(rules_given_up);
  };
}

Headline headline_of(const Claim& claim, const std::vector<ComparedRow>& rows) {
  Headline headline{claim.name, claim.claimed, 0, 0, std::nullopt};
  const bool latency = claim.metric == Claim::Metric::latency;
  const auto field = latency ? &Figures::latency_s : &Figures::energy_pj;
  const auto published = [&](const ComparedRow& row) { return row.published.*field; };
  const auto ours = [&](const ComparedRow& row) { return row.ours.*field; };
  headline.published = mean_ratio(claim, rows, published).value_or(0);
  if (latency) {
    headline.ours = mean_ratio(claim, rows, ours).value_or(0);
  } else {
    headline.ours = mean_ratio(claim, rows, energy_after(0)).value_or(0);
    headline.ours_uncorrected = mean_ratio(claim, rows, ours);
  }
  return headline;
}

}  // namespace

std::vector<Headline> headlines_of(const std::vector<Claim>& claims,
                                   const std::vector<ComparedRow>& rows) {
  std::vector<Headline> headlines;
  headlines.reserve(claims.size());
  for (const auto& claim : claims) headlines.push_back(headline_of(claim, rows));
  return headlines;
}

std::vector<EnergyCorrection> corrections_of(const std::vector<Claim>& claims,
                                             const std::vector<ComparedRow>& rows,
                                             const std::vector<CountingRule>& rules) {
  std::vector<EnergyCorrection> corrections;
  for (const auto& claim : claims) {
    if (claim.metric != Claim::Metric::energy) continue;
    auto before = mean_ratio(claim, rows, energy_after(0));
    for (std::size_t i = 0; i < rules.size() && before; ++i) {
      const auto after = mean_ratio(claim, rows, energy_after(i + 1));
      corrections.push_back({claim.name, rules[i].name, rules[i].why, *after, *after - *before});
      before = after;
    }
  }
  return corrections;
}

}  // namespace attnsim::validation
