#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace attnsim::sim {

/// A counting semaphore whose counts remember when they arrive: a FIFO of arrival cycles in the
/// order of giving. Taking n takes the n oldest and has to wait for the latest of their arrivals,
/// so a count given later with a shorter latency overtakes nobody. Equal neighbours are one entry:
/// counts may be as large as a buffer has bytes.
class TokenQueue {
 public:
  /// `initial` counts that arrived at cycle 0.
  explicit TokenQueue(std::int64_t initial);

  [[nodiscard]] std::int64_t count() const { return count_; }
  void give(std::int64_t arrival, std::int64_t count);
  /// Removes the `count` oldest and returns the latest arrival among them; count <= count().
  std::int64_t take(std::int64_t count);
  /// What take() would return.
  [[nodiscard]] std::int64_t latest_of(std::int64_t count) const;

  /// Moves every arrival.
  void shift(std::int64_t cycles);
  /// Appends what a consumer that cannot take anything before `clock` can still tell apart: how
  /// much is there by then, and the later arrivals relative to `base`. The counts that are there by
  /// then become one entry: seen once, they are not walked over again.
  void append_state(std::int64_t clock, std::int64_t base, std::vector<std::int64_t>& key);

 private:
  struct Entry {
    std::int64_t arrival = 0;
    std::int64_t count = 0;
  };

  [[nodiscard]] const Entry& entry(std::size_t i) const {
    return ring_[(head_ + i) & (ring_.size() - 1)];
  }
  void merge_until(std::int64_t clock);
  void grow();

  std::vector<Entry> ring_;  ///< its size is a power of two
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::int64_t count_ = 0;
};

inline void TokenQueue::give(std::int64_t arrival, std::int64_t count) {
  count_ += count;
  if (size_ != 0) {
    auto& last = ring_[(head_ + size_ - 1) & (ring_.size() - 1)];
    if (last.arrival == arrival) {
      last.count += count;
      return;
    }
  }
  if (size_ == ring_.size()) grow();
  ring_[(head_ + size_) & (ring_.size() - 1)] = {arrival, count};
  ++size_;
}

inline std::int64_t TokenQueue::take(std::int64_t count) {
  count_ -= count;
  auto latest = ring_[head_].arrival;
  for (;;) {
    auto& oldest = ring_[head_];
    latest = latest < oldest.arrival ? oldest.arrival : latest;
    if (oldest.count > count) {
      oldest.count -= count;
      return latest;
    }
    count -= oldest.count;
    head_ = (head_ + 1) & (ring_.size() - 1);
    --size_;
    if (count == 0) return latest;
  }
}

}  // namespace attnsim::sim
