#include "explore/worker.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <poll.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/sanitizers.h"
#include "explore/record_json.h"

namespace attnsim::explore {
namespace {

#ifdef ATTNSIM_ADDRESS_SANITIZER
constexpr bool memory_can_be_limited = false;  // the sanitizer reserves terabytes for itself
#else
constexpr bool memory_can_be_limited = true;
#endif

/// A record of a task without a result: names as they were given.
Record without_result(const Task& task, Status status, std::string error) {
  Record record;
  record.key = task.key;
  record.status = status;
  record.error = std::move(error);
  record.arch = task.point.arch;
  record.mapping = task.point.mapping;
  record.cascade = task.point.cascade;
  record.model = task.point.model;
  return record;
}

/// What the parent gets for a task, as text: memory may run out over writing it too.
std::string outcome(const Work& work, const Task& task) {
  try {
    return text_of(work(task));
  } catch (const std::bad_alloc&) {
    return text_of(without_result(task, Status::out_of_memory, "out of memory"));
  } catch (const std::exception& error) {
    return text_of(
        without_result(task, Status::internal, std::string("internal error: ") + error.what()));
  } catch (...) {
    return text_of(without_result(task, Status::internal, "internal error: something was thrown"));
  }
}

/// Where the system itself runs out of memory, a worker is to go before its parent.
void volunteer_for_the_oom_killer() {
  const Descriptor file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  constexpr std::string_view most = "1000";
  static_cast<void>(::write(file.number(), most.data(), most.size()) == 0);
}

void limit_memory(std::int64_t bytes) {
  if (bytes <= 0 || !memory_can_be_limited) return;
  const rlimit limit{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
  ::setrlimit(RLIMIT_DATA, &limit);
}

/// The life of a worker: a task in, a record out, until the parent closes the socket.
void serve(int socket, const Work& work, const PoolOptions& options) {
  volunteer_for_the_oom_killer();
  limit_memory(options.memory_limit);
  while (const auto text = receive_frame(socket)) {
    if (!send_frame(socket, outcome(work, task_of(*text)))) return;
  }
}

std::string in_seconds(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

}  // namespace

Worker::Worker(const Work& work, const PoolOptions& options) : work_(work), options_(options) {
  replace();
}

void Worker::replace() {
  process_.reset();  // first, so that there are never more processes than workers
  process_ = std::make_unique<ChildProcess>([this](int socket) { serve(socket, work_, options_); });
  reader_ = FrameReader();
  done_ = 0;
}

void Worker::give(const Task& task) {
  task_ = &task;
  const auto text = text_of(task);
  process_->forget_said();
  if (!send_frame(socket(), text)) {  // it died while it had nothing to do
    replace();
    static_cast<void>(send_frame(socket(), text));
  }
  if (options_.time_limit.count() > 0) deadline_ = Clock::now() + options_.time_limit;
}

Record Worker::failed(Status status, const std::string& error) const {
  return without_result(*task_, status, error);
}

Record Worker::finish(Record record, bool usable) {
  task_ = nullptr;
  deadline_ = Clock::time_point::max();
  if (!usable || ++done_ >= options_.recycle) replace();
  return record;
}

/// A process that hung up while it had a task.
Record Worker::death() {
  constexpr std::chrono::seconds patience(2);
  const auto status = process_->wait(patience);
  const auto said = process_->said();
  const auto why = said.empty() ? std::string() : ": " + said;
  if (status && WIFSIGNALED(*status)) {
    const int signal = WTERMSIG(*status);
    return failed(Status::crashed,
                  fmt::format("crashed by signal {} ({}){}", signal, ::sigdescr_np(signal), why));
  }
  if (status && WIFEXITED(*status)) {
    return failed(Status::crashed, fmt::format("exited with status {} instead of a result{}",
                                               WEXITSTATUS(*status), why));
  }
  return failed(Status::crashed, "hung up without a result" + why);
}

std::optional<Record> Worker::collect() {
  const auto end = reader_.take(socket());
  if (const auto text = reader_.next()) {
    try {
      auto record = record_of(*text);
      const bool usable = record.status != Status::out_of_memory;
      return finish(std::move(record), usable);
    } catch (const Json::exception& error) {
      return finish(
          failed(Status::internal, std::string("its result cannot be read: ") + error.what()),
          false);
    }
  }
  if (end == FrameReader::End::closed) return finish(death(), false);
  if (Clock::now() < deadline_) return std::nullopt;
  return finish(failed(Status::timed_out,
                       "takes longer than the limit of " + in_seconds(options_.time_limit)),
                false);
}

void wait_for_any(const std::vector<const Worker*>& busy) {
  constexpr std::chrono::milliseconds longest(100);
  const auto now = Worker::Clock::now();
  auto until = now + longest;
  std::vector<pollfd> sockets;
  for (const auto* worker : busy) {
    sockets.push_back({worker->socket(), POLLIN, 0});
    until = std::min(until, std::max(now, worker->deadline()));
  }
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  // A signal ends the wait too: what is ready is found by collecting.
  static_cast<void>(::poll(sockets.data(), sockets.size(), static_cast<int>(wait)));
}

}  // namespace attnsim::explore
