#include "report/pass_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"

namespace attnsim::report {
namespace {

constexpr double bits_per_byte = 8;

/// Largest divisor of `whole` that is at most `limit`.
std::int64_t largest_divisor(std::int64_t whole, std::int64_t limit) {
  auto divisor = std::min(whole, limit);
  while (whole % divisor != 0) --divisor;
  return divisor;
}

double per_byte(std::int64_t operations, double bytes) {
  return bytes == 0 ? 0 : static_cast<double>(operations) / bytes;
}

}  // namespace

std::string PassReport::class_text() const {
  auto text = fmt::format("{}-pass", analysis.most());
  if (!analysis.notes.empty() && analysis.most() > 0) text = "at most " + text;
  if (!analysis.grows_with.empty()) text += " in every step along " + analysis.grows_with;
  return text;
}

double PassReport::bytes(std::int64_t words) const {
  return static_cast<double>(words) * static_cast<double>(word_bits) / bits_per_byte;
}

std::int64_t PassReport::footprint_words() const { return live.footprint.at(*shapes); }

std::int64_t PassReport::extra_words() const {
  if (analysis.target.whole == alone) return 0;  // one coordinate is no fiber to traverse again
  auto at = *shapes;
  if (!alone.empty()) at[alone] = 1;
  auto words = extra.read_again.at(at);
  for (const auto& [tensor, moves] : extra.spills) {
    words += moves * einsum::count_computed(cascade, *cascade.find_einsum(tensor), *shapes, alone);
  }
  return words;
}

std::int64_t PassReport::operations() const { return counts->flops - counts->selections; }

std::vector<std::string> PassReport::gathered() const {
  std::vector<std::string> names;
  for (const auto& input : cascade.inputs) {
    const auto gathers = [&](const einsum::Access& access) {
      return access.tensor == input.tensor &&
             std::any_of(access.indices.begin(), access.indices.end(),
                         [](const auto& index) { return !einsum::gathers_of(index).empty(); });
    };
    const bool any = std::any_of(cascade.einsums.begin(), cascade.einsums.end(), [&](auto& einsum) {
      const auto reads = einsum::reads(einsum);
      return std::any_of(reads.begin(), reads.end(), gathers);
    });
    if (any) names.push_back(input.tensor);
  }
  return names;
}

double PassReport::intensity_kept() const {
  return per_byte(operations(), bytes(counts->compulsory_words()));
}

double PassReport::intensity_spilled() const {
  return per_byte(operations(), bytes(counts->compulsory_words()) + bytes(extra_words()));
}

einsum::Shapes with_chunks(const einsum::Cascade& cascade, einsum::Shapes given) {
  for (const auto& rank : cascade.ranks) {
    const auto whole = given.find(rank.name);
    const bool open = std::none_of(rank.parts.begin(), rank.parts.end(),
                                   [&](const auto& part) { return given.contains(part); });
    if (rank.parts.size() < 2 || !open || whole == given.end() || whole->second < 1) continue;
    given[rank.parts.back()] = largest_divisor(whole->second, default_chunk);
    for (std::size_t i = 1; i + 1 < rank.parts.size(); ++i) given[rank.parts[i]] = 1;
  }
  return given;
}

PassReport report_passes(einsum::Cascade cascade, const std::string& rank,
                         const std::optional<einsum::Shapes>& given, std::int64_t word_bits) {
  PassReport report;
  report.cascade = std::move(cascade);
  report.word_bits = word_bits;
  report.analysis = einsum::analyse_passes(report.cascade, rank);
  report.live = einsum::live_set(report.cascade, report.analysis);
  report.extra = einsum::extra_traffic(report.cascade, report.analysis, report.live);
  if (given) {
    report.shapes = einsum::resolve_shapes(report.cascade, with_chunks(report.cascade, *given));
    report.counts = einsum::count_operations(report.cascade, *report.shapes);
  }
  return report;
}

PassReport report_decode(einsum::Cascade cascade, const std::string& rank,
                         const einsum::Shapes& given, std::int64_t word_bits) {
  auto report = report_passes(std::move(cascade), rank, std::nullopt, word_bits);
  const auto shapes = einsum::resolve_shapes(report.cascade, with_chunks(report.cascade, given));
  const auto why = einsum::why_not_alone(report.cascade, "P");
  if (!why.empty() && (!report.cascade.find_rank("P") || shapes.at("P") != 1)) {
    throw InputError(report.cascade.file, why);
  }
  report.shapes = shapes;
  report.alone = "P";
  report.counts = einsum::count_last(report.cascade, shapes, "P");
  return report;
}

}  // namespace attnsim::report
