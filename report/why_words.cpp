#include <cmath>
#include <fmt/format.h>

#include "report/human.h"
#include "report/why_faster.h"

namespace attnsim::report {
namespace {

constexpr double worth_saying = 0.05;  // of the difference

std::string amount(const WhyFaster& why, double time) {
  return why.in_seconds ? human_seconds(time) : grouped(time) + " cycles";
}

/// "12,000 cycles more", "12,000 cycles less".
std::string more_or_less(const WhyFaster& why, double time) {
  return amount(why, std::fabs(time)) + (time < 0 ? " less" : " more");
}

std::string bound_text(const std::string& label, const BoundView& view) {
  return fmt::format("{} is bound by {}, which is busy {} of the time", label, view.unit,
                     share(view.busy, view.total));
}

std::string cause_text(const WhyFaster& why) {
  switch (why.cause) {
    case WhyCause::none:
      return "";
    case WhyCause::busier:
      return "The difference is work of the unit that bounds";
    case WhyCause::waiting:
      return "The difference is waiting of the unit that bounds";
    case WhyCause::both:
      return "The difference is both work and waiting of the unit that bounds";
  }
  return "";
}

std::string split_text(const WhyFaster& why, const std::string& slower) {
  return fmt::format("{}: in {} it is busy for {} ({} of the difference) and waits for {} ({}).",
                     cause_text(why), slower, more_or_less(why, why.busier),
                     share(why.busier, why.difference()), more_or_less(why, why.waits_longer),
                     share(why.waits_longer, why.difference()));
}

/// The Einsum that adds most, where it adds enough.
std::string einsum_text(const WhyFaster& why, const std::string& slower) {
  if (why.einsums.empty() || why.cause == WhyCause::waiting) return "";
  const auto& most = why.einsums.front();
  if (most.longer < worth_saying * why.difference()) return "";
  return fmt::format("The largest part of the longer work in {} is {} ({}).", slower, most.einsum,
                     more_or_less(why, most.longer));
}

std::string bytes_text(const WhyFaster& why, const std::string& faster, const std::string& slower) {
  if (!why.bytes_ratio) return "";
  return fmt::format("{} moves {} the bytes of {} through {}.", slower, factor(*why.bytes_ratio),
                     faster, why.slower.unit);
}

/// Why a unit may wait: the others are not at work meanwhile. More than the whole time in all shows
/// that they are.
std::string overlap_text(const WhyFaster& why, const std::string& faster,
                         const std::string& slower) {
  const bool waits = why.waits_longer >= worth_saying * why.difference();
  if (!waits || why.slower.computing >= why.faster.computing) return "";
  auto text = fmt::format("Busy times of the units that compute add up to {} of the time in {}",
                          percent(why.slower.computing), slower);
  text += why.slower.computing <= 1 ? ": they may as well work one after another"
                                    : ", some at the same time";
  text += fmt::format("; in {} to {}", faster, percent(why.faster.computing));
  return text + (why.faster.computing > 1 ? ": there, several work at the same time." : ".");
}

}  // namespace

std::vector<std::string> in_words(const WhyFaster& why, const std::string& faster,
                                  const std::string& slower) {
  const auto bounds = bound_text(faster, why.faster) + "; " + bound_text(slower, why.slower) + ".";
  if (why.cause == WhyCause::none) {
    return {fmt::format("{} and {} take the same time.", faster, slower), bounds};
  }
  std::vector<std::string> words{
      fmt::format("{} takes {}, {} {}: {} as long.", faster, amount(why, why.faster.total), slower,
                  amount(why, why.slower.total), factor(why.slower.total / why.faster.total)),
      bounds, split_text(why, slower)};
  for (auto text : {einsum_text(why, slower), bytes_text(why, faster, slower),
                    overlap_text(why, faster, slower)}) {
    if (!text.empty()) words.push_back(std::move(text));
  }
  return words;
}

}  // namespace attnsim::report
