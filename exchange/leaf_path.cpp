#include "exchange/leaf_path.h"

#include <utility>

#include "base/overloaded.h"

namespace attnsim::exchange {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

class Walker {
 public:
  explicit Walker(Losses& losses) : losses_(losses) {}

  std::vector<LeafPath> run(const mappings::Mapping& mapping) {
    for (const auto& spill : mapping.spills)
      lose(spill.place, "<spill>: what does not fit is an error there");
    for (const auto& partition : mapping.partitions) {
      lose(partition.place, "<partition>: the shape of " + partition.rank + " is no part of it");
    }
    for (const auto& keep : mapping.keeps) enter(keep);
    for (const auto& root : mapping.roots) walk(root);
    return std::move(paths_);
  }

 private:
  void lose(const Place& place, const std::string& what) { losses_.push_back({place, what}); }

  void enter(const mappings::Keep& keep) {
    PathStep step;
    step.keep = &keep;
    step.place = keep.place;
    steps_.push_back(step);
    const bool one = keep.buffers.kind == mappings::Size::Kind::number && keep.buffers.number == 1;
    if (!one || keep.spare != 0 || keep.in_place || keep.stream || keep.overbook) {
      lose(keep.place, "how " + joined(keep.tensors) + " is buffered at " + keep.memory);
    }
  }

  void walk(const mappings::TreeNode& node) {
    const auto depth = steps_.size();
    PathStep step;
    step.place = node.place;
    std::visit(Overloaded{[&](const mappings::For& loop) {
                            step.loop = &loop;
                            steps_.push_back(step);
                            tell_shared(node);
                          },
                          [&](const mappings::Spatial& spatial) {
                            step.spatial = &spatial;
                            steps_.push_back(step);
                          },
                          [&](const mappings::Pipeline&) {
                            lose(node.place, "<pipeline>: Einsums follow each other there");
                          },
                          [&](const mappings::StageMark&) {}, [&](const mappings::Sequence&) {},
                          [&](const mappings::Parallel&) {
                            lose(node.place, "<parallel>: Einsums follow each other there");
                          },
                          [&](const mappings::Fuse& fuse) {
                            lose(node.place,
                                 "<fuse>: Einsums do not take turns along " + fuse.rank);
                          },
                          [&](const mappings::Leaf& leaf) {
                            paths_.push_back({leaf.einsum, leaf.unit, steps_, node.place});
                          }},
               node.kind);
    for (const auto& keep : node.keeps) enter(keep);
    for (const auto& child : node.children) walk(child);
    steps_.resize(depth);
  }

  static std::size_t leaves_of(const mappings::TreeNode& node) {
    std::size_t leaves = std::holds_alternative<mappings::Leaf>(node.kind) ? 1 : 0;
    for (const auto& child : node.children) leaves += leaves_of(child);
    return leaves;
  }

  /// Told once, at the outermost shared loop.
  void tell_shared(const mappings::TreeNode& node) {
    if (steps_.size() > 1 && shared_ > 0 && steps_.size() > shared_) return;
    shared_ = 0;
    if (leaves_of(node) < 2) return;
    shared_ = steps_.size();
    lose(node.place, "the loops that " + std::to_string(leaves_of(node)) +
                         " Einsums share: each has a nest of its own there");
  }

  Losses& losses_;
  std::vector<PathStep> steps_;
  std::vector<LeafPath> paths_;
  std::size_t shared_ = 0;  ///< depth of the loop that was told of
};

}  // namespace

std::vector<LeafPath> leaf_paths(const mappings::Mapping& mapping, Losses& losses) {
  return Walker(losses).run(mapping);
}

}  // namespace attnsim::exchange
