#include "mappings/footprint.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "base/quantity_text.h"
#include "einsum/expression_ops.h"
#include "mappings/extent.h"
#include "mappings/plan_leaf.h"
#include "mappings/refill.h"

namespace attnsim::mappings {
namespace {

using Names = std::vector<std::string>;

struct Piece {
  std::int64_t words = 0;           ///< in all instances together
  std::int64_t instance_words = 0;  ///< in the fullest instance
  std::int64_t pieces = 1;          ///< in one tile of the keep
};

std::int64_t in_word_bytes(const Problem& problem, std::int64_t words) {
  return ceil_div(words * static_cast<std::int64_t>(problem.architecture.word.count()), 8);
}

bool under(const PlanOp& op, KeepId id) {
  return std::find(op.keeps.begin(), op.keeps.end(), id) != op.keeps.end();
}

class Measurer {
 public:
  Measurer(const Problem& problem, const Plan& plan) : problem_(problem), plan_(plan) {}

  /// The largest piece that any operation under the keep makes or reads of `tensors`.
  [[nodiscard]] Piece piece_of(KeepId id, const Names& tensors) {
    Piece piece;
    for (const auto& op : plan_.ops) {
      if (!under(op, id) || op.move) continue;
      for (const auto& leaf : op.leaves) {
        consider(id, tensors, op, leaf, leaf.einsum->output, piece);
        for (const auto& access : reads_of(*leaf.einsum)) {
          consider(id, tensors, op, leaf, access, piece);
        }
      }
    }
    return piece;
  }

 private:
  /// Asked for once a keep: gathered once.
  const std::vector<einsum::Access>& reads_of(const einsum::Einsum& einsum) {
    const auto [found, is_new] = reads_.try_emplace(&einsum);
    if (is_new) found->second = einsum::reads(einsum);
    return found->second;
  }

  void consider(KeepId id, const Names& tensors, const PlanOp& op, const PlanLeaf& leaf,
                const einsum::Access& access, Piece& piece) const {
    const auto& keep = plan_.keeps[id];
    if (std::find(tensors.begin(), tensors.end(), access.tensor) == tensors.end()) return;
    std::int64_t words = 1;
    std::int64_t instance_words = 1;
    const auto held = keep.spec.stream ? op.path.size() : keep.path.size();
    const auto extents = touched(problem_, plan_, op.path, access, held);
    for (std::size_t i = 0; i < extents.size(); ++i) {
      if (indexed_by(access.indices[i], keep.fused)) continue;  // one coordinate at a time
      words *= extents[i].full;
      instance_words *= ceil_div(extents[i].full, spread(leaf, access.indices[i], *keep.memory));
    }
    std::int64_t pieces = 1;
    const auto& generative = problem_.cascade.find_tensor(access.tensor)->generative_rank;
    for (auto depth = keep.path.size(); depth < op.path.size(); ++depth) {
      const auto& loop = plan_.loops[op.path[depth]].loop;
      if (loop.rank == generative) continue;  // only the running value is held
      if (walk_of(problem_.cascade, access, loop.rank) == Walk::own) pieces *= loop.trip;
    }
    if (words * pieces > piece.words * piece.pieces) piece = {words, instance_words, pieces};
  }

  [[nodiscard]] bool indexed_by(const einsum::Index& index, const std::string& rank) const {
    return std::any_of(index.terms.begin(), index.terms.end(), [&](const einsum::Term& term) {
      return !term.variable.empty() &&
             problem_.cascade.find_rank_of_variable(term.variable)->name == rank;
    });
  }

  /// Instances of a unit's own memory over which an index is spread.
  [[nodiscard]] std::int64_t spread(const PlanLeaf& leaf, const einsum::Index& index,
                                    const arch::MemorySpec& memory) const {
    if (memory.instances == 1) return 1;
    std::int64_t factor = 1;
    for (const auto& term : index.terms) {
      if (term.variable.empty()) continue;
      const auto found =
          leaf.spatial.find(problem_.cascade.find_rank_of_variable(term.variable)->name);
      if (found != leaf.spatial.end()) factor *= found->second;
    }
    return factor;
  }

  const Problem& problem_;
  const Plan& plan_;
  std::map<const einsum::Einsum*, std::vector<einsum::Access>> reads_;
};

std::int64_t slots_of(const Plan& plan, KeepId id, std::int64_t pieces) {
  const auto& keep = plan.keeps[id];
  return keep.buffers * pieces + keep.spec.spare;
}

/// Sums that come back unfinished have a place of their own until they are gone on with.
std::int64_t refill_slots(const Plan& plan, KeepId id, const Names& tensors) {
  std::int64_t slots = 0;
  for (const auto& edge : plan.edges) {
    if (edge.keep != id || !is_refill(plan.ops[edge.from], plan.ops[edge.to])) continue;
    const bool ours = std::find(tensors.begin(), tensors.end(), edge.tensor) != tensors.end();
    if (ours) slots += edge.slots;
  }
  return slots;
}

}  // namespace

std::vector<FootprintLine> footprint_of(const Problem& problem, const Plan& plan) {
  std::vector<FootprintLine> lines;
  Measurer measurer(problem, plan);
  for (std::size_t i = 0; i < plan.keeps.size(); ++i) {
    const auto id = static_cast<KeepId>(i);
    const auto& keep = plan.keeps[id];
    if (!keep.memory->capacity) continue;  // off-chip memory is never too small
    std::vector<Names> shares;             // tensors that overlay each other
    if (keep.spec.in_place) {
      shares.push_back(keep.spec.tensors);
    } else {
      for (const auto& tensor : keep.spec.tensors) shares.push_back({tensor});
    }
    FootprintLine line;
    for (const auto& tensors : shares) {
      const auto piece = measurer.piece_of(id, tensors);
      const auto slots = slots_of(plan, id, piece.pieces) + refill_slots(plan, id, tensors);
      line.pieces += slots;
      line.piece_bytes = std::max(line.piece_bytes, in_word_bytes(problem, piece.words));
      line.bytes += slots * in_word_bytes(problem, piece.words);
      line.entries += slots * piece.instance_words;
    }
    line.memory = keep.spec.memory;
    line.tensors = keep.tensor_list;
    line.tiles = keep.buffers;
    line.overbooked = keep.spec.overbook;
    line.phase = keep.phase;
    line.place = keep.spec.place;
    lines.push_back(line);
  }
  return lines;
}

namespace {

struct Need {
  std::int64_t bytes = 0;
  std::int64_t entries = 0;
};

/// Phases of a `<sequence>` never run together: the fullest counts.
Need need_at(const std::vector<FootprintLine>& footprint, const std::string& memory,
             bool overbooked_too) {
  std::map<std::size_t, Need> phases;
  for (const auto& line : footprint) {
    if (line.memory != memory || (line.overbooked && !overbooked_too)) continue;
    auto& phase = phases[line.phase];
    phase.bytes += line.bytes;
    phase.entries += line.entries;
  }
  Need fullest;
  for (const auto& [phase, need] : phases) {
    if (phase == 0) continue;
    fullest = {std::max(fullest.bytes, need.bytes), std::max(fullest.entries, need.entries)};
  }
  const auto always = phases[0];
  return {always.bytes + fullest.bytes, always.entries + fullest.entries};
}

}  // namespace

std::vector<Shortfall> shortfalls(const Problem& problem,
                                  const std::vector<FootprintLine>& footprint) {
  std::vector<Shortfall> found;
  for (const auto& name : problem.architecture.memory_names()) {
    const auto* memory = problem.architecture.find_memory(name);
    if (!memory->capacity) continue;
    const auto need = need_at(footprint, name, /*overbooked_too=*/false);
    const auto capacity = static_cast<std::int64_t>(memory->capacity->count());
    const auto entries = static_cast<std::int64_t>(memory->entries);
    if (entries > 0 && need.entries > entries) {
      found.push_back({name, true, need.entries, entries});
    } else if (entries == 0 && need.bytes > capacity) {
      found.push_back({name, false, need.bytes, capacity});
    }
  }
  return found;
}

std::map<std::string, double> spilled_shares(const Problem& problem,
                                             const std::vector<FootprintLine>& footprint) {
  std::map<std::string, double> shares;
  for (const auto& spill : problem.mapping.spills) {
    const auto* memory = problem.architecture.find_memory(spill.from);
    if (memory == nullptr || !memory->capacity) continue;
    const auto need = need_at(footprint, spill.from, /*overbooked_too=*/true);
    const auto capacity = static_cast<std::int64_t>(memory->capacity->count());
    if (need.bytes <= capacity) continue;
    shares[spill.from] = 1.0 - static_cast<double>(capacity) / static_cast<double>(need.bytes);
  }
  return shares;
}

std::string explain(const std::vector<Shortfall>& shortfalls,
                    const std::vector<FootprintLine>& footprint) {
  const auto amount = [](std::int64_t number, bool entries) {
    return entries ? fmt::format("{} entries", number)
                   : to_text(Bytes(static_cast<std::uint64_t>(number)));
  };
  std::string text = "the mapping does not fit";
  for (const auto& shortfall : shortfalls) {
    text += fmt::format("\n  {}: needs {}, has {}", shortfall.memory,
                        amount(shortfall.needed, shortfall.entries),
                        amount(shortfall.available, shortfall.entries));
    for (const auto& line : footprint) {
      if (line.memory != shortfall.memory || line.overbooked) continue;
      text +=
          fmt::format("\n    {}: {} takes {} ({} x {})", to_string(line.place), line.tensors,
                      amount(shortfall.entries ? line.entries : line.bytes, shortfall.entries),
                      line.pieces, to_text(Bytes(static_cast<std::uint64_t>(line.piece_bytes))));
    }
  }
  return text;
}

}  // namespace attnsim::mappings
