#include "exchange/loop_nest.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace attnsim::exchange {

using mappings::TreeNode;

void LoopNest::add_for(const std::string& rank, const mappings::Size& tile, const Place& place) {
  steps_.push_back({mappings::For{rank, tile}, {}, place});
}

void LoopNest::add_spatial(const std::string& rank, std::vector<mappings::Along> along, bool fold,
                           const Place& place) {
  steps_.push_back({mappings::Spatial{rank, std::move(along), fold}, {}, place});
}

void LoopNest::add_keep(mappings::Keep keep) {
  auto& keeps = steps_.empty() ? outside_ : steps_.back().keeps;
  keeps.push_back(std::move(keep));
}

void LoopNest::add_keep_around(const std::vector<std::string>& ranks, mappings::Keep keep) {
  auto end = steps_.size();
  while (end > 0) {
    const auto& kind = steps_[end - 1].kind;
    const auto* const loop = std::get_if<mappings::For>(&kind);
    const bool own =
        loop != nullptr && std::find(ranks.begin(), ranks.end(), loop->rank) != ranks.end();
    if (own) break;
    --end;
  }
  auto& keeps = end == 0 ? outside_ : steps_[end - 1].keeps;
  keeps.push_back(std::move(keep));
}

void LoopNest::finish(const std::string& einsum, const std::string& unit, const Place& place,
                      mappings::Mapping& mapping) const {
  TreeNode node{mappings::Leaf{einsum, unit}, {}, {}, place};
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    node = TreeNode{step->kind, step->keeps, {std::move(node)}, step->place};
  }
  mapping.roots.push_back(std::move(node));
  for (const auto& keep : outside_) {
    const bool there =
        std::any_of(mapping.keeps.begin(), mapping.keeps.end(), [&](const mappings::Keep& other) {
          return other.tensors == keep.tensors && other.memory == keep.memory;
        });
    if (!there) mapping.keeps.push_back(keep);
  }
}

mappings::Size size_of(std::int64_t number, const Place& place) {
  mappings::Size size;
  size.number = number;
  size.place = place;
  return size;
}

mappings::Keep keep_of(std::vector<std::string> tensors, const std::string& memory,
                       std::int64_t buffers, const Place& place) {
  mappings::Keep keep;
  keep.tensors = std::move(tensors);
  keep.memory = memory;
  keep.buffers = size_of(buffers, place);
  keep.place = place;
  return keep;
}

}  // namespace attnsim::exchange
