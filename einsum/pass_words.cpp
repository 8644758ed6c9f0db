#include "einsum/pass_words.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace attnsim::einsum {

namespace {

using Ranks = std::vector<std::string>;

/// "2*M*F", "M", "3".
std::string monomial(const Ranks& ranks, std::int64_t factor) {
  std::string text = factor == 1 && !ranks.empty() ? "" : std::to_string(factor);
  for (const auto& rank : ranks) text += (text.empty() ? "" : "*") + rank;
  return text;
}

/// What every term has; the terms are sorted.
Ranks shared_ranks(const std::map<Ranks, std::int64_t>& terms) {
  Ranks shared = terms.begin()->first;
  for (const auto& [ranks, factor] : terms) {
    Ranks both;
    std::set_intersection(shared.begin(), shared.end(), ranks.begin(), ranks.end(),
                          std::back_inserter(both));
    shared = std::move(both);
  }
  return shared;
}

[[noreturn]] void fail_too_large(const std::string& text) {
  throw InputError(text + " words", "are more than 63 bits can count at these shapes");
}

}  // namespace

Words Words::product(Ranks ranks) {
  std::sort(ranks.begin(), ranks.end());
  Words words;
  words.terms_[std::move(ranks)] = 1;
  return words;
}

Words& Words::operator+=(const Words& other) {
  for (const auto& [ranks, factor] : other.terms_) terms_[ranks] += factor;
  return *this;
}

Words Words::times(std::int64_t factor) const {
  Words words;
  if (factor == 0) return words;
  words = *this;
  for (auto& term : words.terms_) term.second *= factor;
  return words;
}

bool Words::covers(const Words& other) const {
  return std::all_of(other.terms_.begin(), other.terms_.end(), [&](const auto& term) {
    const auto own = terms_.find(term.first);
    return own != terms_.end() && own->second >= term.second;
  });
}

std::int64_t Words::at(const Shapes& shapes) const {
  std::int64_t sum = 0;
  for (const auto& [ranks, factor] : terms_) {
    std::int64_t product = factor;
    for (const auto& rank : ranks) {
      if (__builtin_mul_overflow(product, shapes.at(rank), &product)) fail_too_large(text());
    }
    if (__builtin_add_overflow(sum, product, &sum)) fail_too_large(text());
  }
  return sum;
}

std::string Words::text() const {
  if (terms_.empty()) return "0";
  const auto shared = shared_ranks(terms_);
  std::vector<std::pair<Ranks, std::int64_t>> terms;
  for (const auto& [ranks, factor] : terms_) {
    Ranks rest;
    std::set_difference(ranks.begin(), ranks.end(), shared.begin(), shared.end(),
                        std::back_inserter(rest));
    terms.emplace_back(std::move(rest), factor);
  }
  // The larger ones first, constants last.
  std::stable_sort(terms.begin(), terms.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  if (terms.size() == 1) return monomial(terms_.begin()->first, terms_.begin()->second);
  std::string sum;
  for (const auto& [ranks, factor] : terms) {
    sum += (sum.empty() ? "" : " + ") + monomial(ranks, factor);
  }
  return shared.empty() ? sum : monomial(shared, 1) + "*(" + sum + ")";
}

void MostWords::add(const Words& words) {
  if (words.is_zero()) return;
  const auto covered = [&](const Words& other) { return other.covers(words); };
  if (std::any_of(candidates_.begin(), candidates_.end(), covered)) return;
  std::erase_if(candidates_, [&](const Words& other) { return words.covers(other); });
  candidates_.push_back(words);
}

MostWords MostWords::plus(const Words& words) const {
  if (words.is_zero()) return *this;
  MostWords sum = *this;
  if (sum.candidates_.empty()) sum.candidates_.emplace_back();
  for (auto& candidate : sum.candidates_) candidate += words;
  return sum;
}

std::int64_t MostWords::at(const Shapes& shapes) const {
  std::int64_t most = 0;
  for (const auto& candidate : candidates_) most = std::max(most, candidate.at(shapes));
  return most;
}

std::string MostWords::text() const {
  if (candidates_.size() == 1) return candidates_.front().text();
  std::string list;
  for (const auto& candidate : candidates_) list += (list.empty() ? "" : ", ") + candidate.text();
  return candidates_.empty() ? "0" : "max(" + list + ")";
}

}  // namespace attnsim::einsum
