// The library libattnsim_mpi.so: all that knows MPI. explore/communicator.cpp loads it.
#include <cstdlib>
#include <mpi.h>

#include "explore/communicator.h"

namespace attnsim::explore {
namespace {

constexpr int tag = 1;

/// MPI's default is to end the job on an error, with a message: so no result needs a check.
class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator() {
    ::MPI_Init(nullptr, nullptr);
    ::MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    ::MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  ~MpiCommunicator() override { ::MPI_Finalize(); }

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }

  void send(int to, const std::string& text) override {
    ::MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, to, tag, MPI_COMM_WORLD);
  }

  [[nodiscard]] std::optional<Message> receive() override {
    int arrived = 0;
    MPI_Status status;
    ::MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &arrived, &status);
    if (arrived == 0) return std::nullopt;
    int size = 0;
    ::MPI_Get_count(&status, MPI_CHAR, &size);
    Message message{status.MPI_SOURCE, std::string(static_cast<std::size_t>(size), '\0')};
    ::MPI_Recv(message.text.data(), size, MPI_CHAR, message.from, tag, MPI_COMM_WORLD,
               MPI_STATUS_IGNORE);
    return message;
  }

  [[noreturn]] void abandon() override {
    ::MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    std::abort();
  }

 private:
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace
}  // namespace attnsim::explore

/// The one symbol that is looked up.
extern "C" attnsim::explore::Communicator* attnsim_join_mpi() {
  return new attnsim::explore::MpiCommunicator;  // NOLINT(cppcoreguidelines-owning-memory)
}
