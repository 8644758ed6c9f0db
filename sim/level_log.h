#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/network.h"
#include "sim/timeline.h"
#include "sim/walker.h"

namespace attnsim::sim {

/// Gathers how much of each token there is, in a window that no leap touches.
///
/// Counted in the order of execution, a token is always what it would be without leaps: whole
/// periods give as much as they take. From that count at the end, samples are made backwards, less
/// what was given or taken later than each.
class LevelLog {
 public:
  /// By lane: how many executions there have been, copies of left-out ones included.
  using Marks = std::vector<std::uint64_t>;

  void begin(const Network& network, const Window& window);
  /// The lane's execution `number`, at which `walker` stands, from `start` to `end` in subcycles.
  void ran(std::size_t lane, std::uint64_t number, const Walker& walker, std::int64_t start,
           std::int64_t end);
  /// The executor leaps at cycle `from` over periods of which the last one began at `since`; what
  /// is put back of them has the number `now`.
  void leapt(std::int64_t from, std::int64_t period, std::int64_t periods, const Marks& since,
             const Marks& now);
  /// The window ends before.
  void end_at(double cycle);

  /// Of tokens that both are given and taken. None if there was a leap in the window.
  [[nodiscard]] std::vector<Level> levels() const;

 private:
  struct Change {
    std::int64_t time = 0;  ///< in subcycles of the lane
    std::uint64_t number = 0;
    std::uint32_t token = 0;
    std::int64_t by = 0;
  };

  struct Token {
    Level level;             ///< without samples
    bool shown = false;      ///< given and taken
    std::int64_t count = 0;  ///< in the order of execution
    std::int64_t later = 0;  ///< changed after the window
  };

  void change(std::size_t lane, const Change& change);
  void change_all(std::size_t lane, std::uint64_t number, const Walker& walker, Range uses,
                  std::int64_t time, int sign);
  void copy_tail(std::size_t lane, std::int64_t from, std::int64_t period, std::int64_t periods,
                 std::uint64_t since, std::uint64_t now);
  [[nodiscard]] Level level_of(const Token& token,
                               const std::map<double, std::int64_t>& by_cycle) const;
  [[nodiscard]] double cycle_of(std::size_t lane, const Change& change) const;

  Window window_;
  double end_ = 0;  ///< of the window, in cycles
  bool leapt_within_ = false;
  bool over_ = false;                         ///< nothing that follows can be in the window
  std::vector<std::int64_t> subcycles_;       ///< by lane
  std::vector<std::vector<Change>> changes_;  ///< by lane, in the order of execution
  std::vector<Token> tokens_;
};

}  // namespace attnsim::sim
