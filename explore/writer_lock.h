#pragma once

#include <string>

#include "explore/descriptor.h"

namespace attnsim::explore {

/// That one process at a time sweeps into a file: a lock on a file beside it, "FILE.lock", which
/// goes with this object. The system drops the lock of a process that is killed; the file
/// that it leaves behind means nothing. Children do not inherit it.
class WriterLock {
 public:
  /// @throws InputError about `path` if another process has it, or the folder cannot be written
  explicit WriterLock(const std::string& path);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  std::string file_;
  Descriptor descriptor_;
};

}  // namespace attnsim::explore
