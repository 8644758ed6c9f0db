#include "explore/mpi_pool.h"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include "explore/child_process.h"
#include "explore/communicator.h"
#include "explore/frame.h"
#include "explore/record_json.h"
#include "explore/worker.h"

namespace attnsim::explore {
namespace {

/// What tells a rank that there is nothing more to do.
constexpr const char* farewell = "";

/// A process beside each rank, forked before MPI is started because nothing may be forked after:
/// it has the worker, and replaces that where a point brings it down.
void keep_worker(int socket, const Work& work, const PoolOptions& options) {
  Worker worker(work, options);
  while (const auto text = receive_frame(socket)) {
    const auto task = task_of(*text);
    worker.give(task);
    auto record = worker.collect();
    for (; !record; record = worker.collect()) wait_for_any({&worker});
    if (!send_frame(socket, text_of(*record))) return;
  }
}

/// Sleeps between looks at what has arrived: briefly at first, so that a rank does not wait for
/// long for its next point, and longer where points take long.
class Pause {
 public:
  void forget() { length_ = shortest; }
  void sleep() {
    std::this_thread::sleep_for(length_);
    length_ = std::min(2 * length_, longest);
  }

 private:
  static constexpr std::chrono::microseconds shortest{50};
  static constexpr std::chrono::microseconds longest{2000};
  std::chrono::microseconds length_ = shortest;
};

/// The ranks as rank 0 sees them; the first is its own keeper.
class Ranks {
 public:
  Ranks(Communicator& mpi, const ChildProcess& keeper) : mpi_(mpi), keeper_(keeper) {}
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  /// A rank that is left with a result to send would keep MPI from ending.
  ~Ranks() {
    busy_.erase(0);
    while (!busy_.empty()) {
      if (const auto message = mpi_.receive()) busy_.erase(message->from);
    }
    for (int rank = 1; rank < mpi_.size(); ++rank) mpi_.send(rank, farewell);
  }

  [[nodiscard]] bool any_busy() const { return !busy_.empty(); }

  void give_out(std::vector<Task>::const_iterator& next, std::vector<Task>::const_iterator end) {
    for (int rank = 0; rank < mpi_.size() && next != end; ++rank) {
      if (busy_.contains(rank)) continue;
      const auto text = text_of(*next);
      if (rank > 0) {
        mpi_.send(rank, text);
      } else if (!send_frame(keeper_.socket(), text)) {
        throw std::runtime_error("the process that keeps the worker has ended");
      }
      busy_[rank] = &*next++;
    }
  }

  /// A task that is done and what came of it, if there is one.
  [[nodiscard]] std::optional<std::pair<const Task*, Record>> collect() {
    auto message = mpi_.receive();
    if (!message) message = own_message();
    if (!message) return std::nullopt;
    const auto at = busy_.find(message->from);
    const auto* const task = at->second;
    busy_.erase(at);
    return std::pair(task, record_of(message->text));
  }

 private:
  [[nodiscard]] std::optional<Message> own_message() {
    const auto end = reader_.take(keeper_.socket());
    if (auto text = reader_.next()) return Message{0, std::move(*text)};
    if (end == FrameReader::End::open) return std::nullopt;
    throw std::runtime_error("the process that keeps the worker has ended");
  }

  Communicator& mpi_;
  const ChildProcess& keeper_;
  FrameReader reader_;
  std::map<int, const Task*> busy_;
};

/// Every rank but 0, until it is bidden farewell.
void work_for_rank_0(Communicator& mpi, const ChildProcess& keeper) {
  Pause pause;
  while (true) {
    const auto message = mpi.receive();
    if (!message) {
      pause.sleep();
      continue;
    }
    if (message->text == farewell) return;
    pause.forget();
    const auto sent = send_frame(keeper.socket(), message->text);
    const auto reply = sent ? receive_frame(keeper.socket()) : std::nullopt;
    if (!reply) mpi.abandon();
    mpi.send(0, *reply);
  }
}

}  // namespace

void run_under_mpi(const std::vector<Task>& tasks, const Work& work,
                   const std::function<void(const Task&, Record)>& done,
                   const std::function<bool()>& stop, const PoolOptions& options) {
  const ChildProcess keeper([&](int socket) { keep_worker(socket, work, options); });
  const auto mpi = join_mpi();
  if (mpi->rank() > 0) return work_for_rank_0(*mpi, keeper);
  Ranks ranks(*mpi, keeper);
  auto next = tasks.begin();
  Pause pause;
  while (true) {
    if (next != tasks.end() && stop()) next = tasks.end();
    ranks.give_out(next, tasks.end());
    if (!ranks.any_busy()) return;
    if (auto found = ranks.collect()) {
      done(*found->first, std::move(found->second));
      pause.forget();
    } else {
      pause.sleep();
    }
  }
}

}  // namespace attnsim::explore
