#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "einsum/cascade.h"
#include "workloads/library.h"

namespace attnsim::explore {

struct Inputs;

/// What the points of a sweep share: each file is read once, so that one that changes while a sweep
/// runs does not split it, and what was made of it is kept. Safe to use from several threads.
class InputCache {
 public:
  /// `workloads::find_shipped`, of files that are there now. @throws InputError
  [[nodiscard]] std::string find(workloads::Shipped kind, const std::string& name_or_path);

  /// `read_text_file`. @throws InputError
  [[nodiscard]] std::string text(const std::string& path);

  /// The checked cascade in a file. @throws InputError
  [[nodiscard]] std::shared_ptr<const einsum::Cascade> cascade(const std::string& path);

  /// The inputs of this name: those of an earlier call, while they are kept, or `load()`'s.
  [[nodiscard]] std::shared_ptr<const Inputs> inputs(const std::string& name,
                                                     const std::function<Inputs()>& load);

 private:
  std::mutex mutex_;
  std::map<std::pair<workloads::Shipped, std::string>, std::string> paths_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::shared_ptr<const einsum::Cascade>> cascades_;
  std::map<std::string, std::shared_ptr<const Inputs>> inputs_;
};

}  // namespace attnsim::explore
