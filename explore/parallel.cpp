#include "explore/parallel.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace attnsim::explore {

void for_each_index(std::size_t count, unsigned workers,
                    const std::function<void(std::size_t)>& run) {
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
