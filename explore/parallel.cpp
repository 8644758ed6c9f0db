#include "explore/parallel.h"

#include <optional>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace attnsim::explore {

void for_each_index(std::size_t count, unsigned workers,
                    const std::function<void(std::size_t)>& run) {
  // As many as are asked for, where there are fewer cores too: without this it takes fewer and
  // warns.
  std::optional<tbb::global_control> control;
  if (workers > 0) control.emplace(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(workers == 0 ? tbb::task_arena::automatic : static_cast<int>(workers));
  arena.execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
          for (auto i = range.begin(); i != range.end(); ++i) run(i);
        },
        tbb::simple_partitioner());
  });
}

}  // namespace attnsim::explore
