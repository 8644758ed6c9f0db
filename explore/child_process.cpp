#include "explore/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>

namespace attnsim::explore {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Nothing of the parent's stays open: neither its database nor the sockets of other children.
void keep_only(int socket) {
  const auto kept = static_cast<unsigned>(socket);
  if (kept > 3) ::close_range(3, kept - 1, 0);
  ::close_range(kept + 1, ~0U, 0);
}

/// The death of the parent's thread kills this process, also if it came before this call.
void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(EXIT_FAILURE);
}

/// A terminal's Ctrl-C is for the parent to handle, and a crash is reported by it.
void leave_to_parent() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
  for (const int signal : {SIGSEGV, SIGABRT, SIGCHLD}) ::signal(signal, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
}

}  // namespace

ChildProcess::ChildProcess(const std::function<void(int socket)>& body) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  socket_ = Descriptor(ends[0]);
  const Descriptor childs(ends[1]);
  output_ = Descriptor(::memfd_create("attnsim worker", MFD_CLOEXEC));
  if (output_.number() < 0) fail("memfd_create");
  const auto parent = ::getpid();
  process_ = ::fork();
  if (process_ < 0) fail("fork");
  if (process_ > 0) return;
  die_with(parent);
  leave_to_parent();
  ::dup2(output_.number(), STDOUT_FILENO);
  ::dup2(output_.number(), STDERR_FILENO);
  keep_only(childs.number());
  try {
    body(childs.number());
  } catch (...) {  // it must not unwind into what the parent was doing
    ::_exit(EXIT_FAILURE);
  }
  ::_exit(EXIT_SUCCESS);
}

ChildProcess::~ChildProcess() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  int status = 0;
  while (true) {
    const auto reaped = ::waitpid(process_, &status, WNOHANG);
    if (reaped == process_) {
      process_ = -1;
      return status;
    }
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::string ChildProcess::said() const {
  std::array<char, 300> text{};
  const auto size = ::pread(output_.number(), text.data(), text.size(), 0);
  std::string line;
  for (ssize_t i = 0; i < size; ++i) {
    const char letter = text.at(static_cast<std::size_t>(i));
    const bool space = letter == '\n' || letter == ' ';
    if (!space) line += letter;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

void ChildProcess::forget_said() {
  if (::ftruncate(output_.number(), 0) != 0) return;
  ::lseek(output_.number(), 0, SEEK_SET);  // which is the child's position too
}

}  // namespace attnsim::explore
