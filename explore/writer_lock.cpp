#include "explore/writer_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>

#include "base/error.h"

namespace attnsim::explore {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw InputError(path, "cannot be written (" + std::generic_category().message(error) + ")");
}

/// Of a process and not of the open file: so that forked workers do not hold it.
void lock(int descriptor, const std::string& path) {
  struct flock request {};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  if (::fcntl(descriptor, F_SETLK, &request) == 0) return;
  const int error = errno;
  if (error != EAGAIN && error != EACCES) fail(path, error);
  const bool known = ::fcntl(descriptor, F_GETLK, &request) == 0 && request.l_type != F_UNLCK;
  throw InputError(path, fmt::format("is being written by another sweep{}: wait for it, or choose "
                                     "another file",
                                     known ? fmt::format(" (process {})", request.l_pid) : ""));
}

/// False if the file that is locked was deleted meanwhile by who had it before.
bool still_there(int descriptor, const std::string& file) {
  struct stat mine {};
  struct stat there {};
  return ::fstat(descriptor, &mine) == 0 && ::stat(file.c_str(), &there) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

}  // namespace

WriterLock::WriterLock(const std::string& path) {
  std::error_code ignored;
  // One lock for all names of the file.
  file_ = std::filesystem::weakly_canonical(path, ignored).string() + ".lock";
  do {
    constexpr mode_t mode = 0666;
    descriptor_ = Descriptor(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode));
    if (descriptor_.number() < 0) fail(path, errno);
    lock(descriptor_.number(), path);
  } while (!still_there(descriptor_.number(), file_));
}

WriterLock::~WriterLock() { ::unlink(file_.c_str()); }

}  // namespace attnsim::explore
