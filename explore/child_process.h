#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>

#include "explore/descriptor.h"

namespace attnsim::explore {

/// A forked copy of this process that talks to it over a socket and ends with it. It is killed
/// and reaped with this object.
///
/// The child has no other descriptor of its parent's, leaves SIGINT and SIGTERM to it, and prints
/// nowhere: what it writes to standard output and error is kept for `said`.
class ChildProcess {
 public:
  /// @param body  what the child does with its end of the socket; it ends when this returns
  /// @throws std::system_error if there can be no further process
  explicit ChildProcess(const std::function<void(int socket)>& body);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] int socket() const { return socket_.number(); }

  /// Waits at most this long for it to end. @return its status as of waitpid, if it did
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds patience);

  /// What it printed since `forget_said`, on one line and cut where it is long.
  [[nodiscard]] std::string said() const;
  void forget_said();

 private:
  pid_t process_ = -1;
  Descriptor socket_;
  Descriptor output_;
};

}  // namespace attnsim::explore
