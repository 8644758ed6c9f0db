#include "explore/input_cache.h"

#include <cstddef>
#include <utility>

#include "base/text_file.h"
#include "einsum/einsum.h"
#include "explore/inputs.h"

namespace attnsim::explore {
namespace {

/// Neighbours in a sweep share theirs, and few are in work at a time.
constexpr std::size_t most_inputs = 64;

/// What the table has at `key`; else what `make()` gives, kept. `make` runs unlocked: of two
/// threads that miss at once, the first to be done is kept.
template <class Map, class Make>
typename Map::mapped_type found_or_made(std::mutex& mutex, Map& table,
                                        const typename Map::key_type& key, const Make& make) {
  {
    const std::lock_guard lock(mutex);
    const auto found = table.find(key);
    if (found != table.end()) return found->second;
  }
  auto made = make();
  const std::lock_guard lock(mutex);
  return table.emplace(key, std::move(made)).first->second;
}

}  // namespace

std::string InputCache::find(workloads::Shipped kind, const std::string& name_or_path) {
  return found_or_made(mutex_, paths_, {kind, name_or_path},
                       [&] { return workloads::find_shipped(kind, name_or_path); });
}

std::string InputCache::text(const std::string& path) {
  return found_or_made(mutex_, texts_, path, [&] { return read_text_file(path); });
}

std::shared_ptr<const einsum::Cascade> InputCache::cascade(const std::string& path) {
  return found_or_made(mutex_, cascades_, path, [&] {
    return std::make_shared<const einsum::Cascade>(
        einsum::parse_cascade(text(path), shown_path(path)));
  });
}

std::shared_ptr<const Inputs> InputCache::inputs(const std::string& name,
                                                 const std::function<Inputs()>& load) {
  return found_or_made(mutex_, inputs_, name, [&] {
    auto loaded = std::make_shared<const Inputs>(load());
    const std::lock_guard lock(mutex_);
    if (inputs_.size() >= most_inputs) inputs_.clear();
    return std::shared_ptr<const Inputs>(std::move(loaded));
  });
}

}  // namespace attnsim::explore
