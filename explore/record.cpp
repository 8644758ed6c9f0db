#include "explore/record.h"

#include <array>
#include <cstddef>

namespace attnsim::explore {
namespace {

constexpr std::array<const char*, 7> names{"ok",      "invalid",   "infeasible",   "internal",
                                           "crashed", "timed out", "out of memory"};

}  // namespace

const char* name_of(Status status) { return names.at(static_cast<std::size_t>(status)); }

bool may_differ(Status status) {
  return status != Status::ok && status != Status::invalid && status != Status::infeasible;
}

std::optional<Status> status_of(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name == names.at(i)) return static_cast<Status>(i);
  }
  return std::nullopt;
}

}  // namespace attnsim::explore
