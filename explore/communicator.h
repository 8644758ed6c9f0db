#pragma once

#include <memory>
#include <optional>
#include <string>

namespace attnsim::explore {

/// A text from another rank.
struct Message {
  int from = 0;
  std::string text;
};

/// The ranks of an MPI job, sending texts to each other. Ends MPI with its life.
class Communicator {
 public:
  Communicator() = default;
  virtual ~Communicator() = default;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Waits until it is on its way.
  virtual void send(int to, const std::string& text) = 0;
  /// What has arrived, if anything; waits for nothing.
  [[nodiscard]] virtual std::optional<Message> receive() = 0;
  /// Ends all ranks at once, where this one cannot go on.
  [[noreturn]] virtual void abandon() = 0;
};

/// Joins the MPI job that started this process. MPI is a library of its own, loaded here and only
/// here: no other command pays for it.
/// @throws InputError if this program was built without MPI, or for another MPI
[[nodiscard]] std::unique_ptr<Communicator> join_mpi();

}  // namespace attnsim::explore
