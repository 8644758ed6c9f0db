#include "sim/token_queue.h"

#include <algorithm>

namespace attnsim::sim {

TokenQueue::TokenQueue(std::int64_t initial) : ring_(4) {
  if (initial > 0) give(0, initial);
}

std::int64_t TokenQueue::latest_of(std::int64_t count) const {
  auto latest = entry(0).arrival;
  for (std::size_t i = 0; i < size_ && count > 0; ++i) {
    latest = std::max(latest, entry(i).arrival);
    count -= entry(i).count;
  }
  return latest;
}

void TokenQueue::shift(std::int64_t cycles) {
  for (std::size_t i = 0; i < size_; ++i) ring_[(head_ + i) & (ring_.size() - 1)].arrival += cycles;
}

/// Counts behind a later arrival cannot be had before it: the running maximum is what matters.
void TokenQueue::append_state(std::int64_t clock, std::int64_t base,
                              std::vector<std::int64_t>& key) {
  merge_until(clock);
  key.push_back(count_);
  const auto late_entries = key.size();
  key.push_back(0);
  auto latest = clock;
  for (std::size_t i = 0; i < size_; ++i) {
    const auto& [arrival, count] = entry(i);
    if (arrival > latest) {
      latest = arrival;
      key.push_back(latest - base);
      key.push_back(count);
      ++key[late_entries];
    } else if (latest > clock) {
      key.back() += count;
    }
  }
}

void TokenQueue::merge_until(std::int64_t clock) {
  if (size_ < 2 || entry(0).arrival > clock) return;
  auto merged = entry(0);
  while (size_ > 1 && entry(1).arrival <= clock) {
    merged = {std::max(merged.arrival, entry(1).arrival), merged.count + entry(1).count};
    head_ = (head_ + 1) & (ring_.size() - 1);
    --size_;
  }
  ring_[head_] = merged;
}

void TokenQueue::grow() {
  std::vector<Entry> larger(ring_.size() * 2);
  for (std::size_t i = 0; i < size_; ++i) larger[i] = entry(i);
  ring_ = std::move(larger);
  head_ = 0;
}

}  // namespace attnsim::sim
