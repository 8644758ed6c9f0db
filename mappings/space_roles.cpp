#include "mappings/space_roles.h"

#include <algorithm>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "einsum/expression_ops.h"
#include "mappings/mappable.h"
#include "mappings/work.h"

namespace attnsim::mappings {
namespace {

class RoleFinder {
 public:
  RoleFinder(const einsum::Cascade& cascade, const arch::Architecture& architecture,
             const Shapes& shapes)
      : problem_{cascade, architecture, no_mapping_, shapes} {
    roles_.cascade = &cascade;
    roles_.architecture = &architecture;
    roles_.shapes = shapes;
  }

  Roles find() {
    check_mappable(problem_.cascade, problem_.architecture.word);
    find_memories();
    find_units();
    find_ranks();
    find_tensors();
    for (const auto& einsum : problem_.cascade.einsums) add_einsum(einsum);
    find_batch();
    return std::move(roles_);
  }

 private:
  void find_memories() {
    const auto& architecture = problem_.architecture;
    roles_.off_chip = &backing_memory(architecture);
    for (const auto& component : architecture.components) {
      const auto* memory = std::get_if<arch::MemorySpec>(&component);
      if (memory == nullptr || !memory->capacity || !memory->unit.empty()) continue;
      roles_.shared = memory;
      return;
    }
    throw InputError(
        architecture.place,
        "architecture '" + architecture.name +
            "' has no on-chip memory beside its units: add a <memory> with a capacity");
  }

  void find_units() {
    for (const auto& name : problem_.architecture.unit_names()) {
      UnitRole unit{name};
      if (const auto* array = problem_.architecture.find_array(name)) {
        unit.array = true;
        unit.rows = static_cast<std::int64_t>(array->rows);
        unit.columns = static_cast<std::int64_t>(array->columns);
        unit.lanes = unit.rows * unit.columns;
      } else {
        unit.lanes = static_cast<std::int64_t>(problem_.architecture.find_vector(name)->lanes);
      }
      for (const auto& component : problem_.architecture.components) {
        const auto* memory = std::get_if<arch::MemorySpec>(&component);
        if (memory == nullptr || memory->unit != name) continue;
        (unit.registers == nullptr ? unit.registers : unit.handover) = memory;
      }
      roles_.units.push_back(unit);
    }
  }

  [[nodiscard]] bool iterated(const einsum::Rank& rank) const {
    return std::any_of(problem_.cascade.einsums.begin(), problem_.cascade.einsums.end(),
                       [&](const einsum::Einsum& einsum) {
                         const auto all = einsum::iteration_variables(einsum);
                         return std::find(all.begin(), all.end(), rank.variable()) != all.end();
                       });
  }

  [[nodiscard]] std::int64_t shape_of(const einsum::Rank& rank) const {
    const auto shape = problem_.shapes.find(rank.name);
    if (shape != problem_.shapes.end()) return shape->second;
    throw InputError(rank.place, "rank " + rank.name + " has no shape");
  }

  void find_ranks() {
    const auto& ranks = problem_.cascade.ranks;
    for (const auto& rank : ranks) {
      if (!iterated(rank)) continue;
      RankRole role{rank.name};
      for (const auto& whole : ranks) {
        if (std::find(whole.parts.begin(), whole.parts.end(), rank.name) == whole.parts.end()) {
          continue;
        }
        if (whole.parts.size() != 2) {
          throw InputError(whole.place, "only a split into two parts can be mapped: " + whole.name);
        }
        role.extent = shape_of(whole);
        role.is_inner_part = whole.parts[1] == rank.name;
        role.step = !role.is_inner_part;
      }
      if (!role.is_inner_part && !role.step) role.extent = shape_of(rank);
      roles_.ranks.push_back(role);
    }
    for (const auto& whole : ranks) {
      if (whole.parts.empty()) continue;
      const auto outer = find_rank(whole.parts[0]);
      const auto inner = find_rank(whole.parts[1]);
      if (outer && inner) {
        roles_.ranks[*outer].inner_part = inner;
      } else if (outer || inner) {
        throw InputError(whole.place, "no Einsum iterates over one of the parts of " + whole.name);
      }
    }
    if (roles_.ranks.size() > 32) {
      throw InputError(problem_.cascade.name, "has more than 32 ranks to search mappings over");
    }
  }

  [[nodiscard]] std::optional<std::size_t> find_rank(const std::string& name) const {
    const auto found = std::find_if(roles_.ranks.begin(), roles_.ranks.end(),
                                    [&](const RankRole& rank) { return rank.name == name; });
    if (found == roles_.ranks.end()) return std::nullopt;
    return static_cast<std::size_t>(found - roles_.ranks.begin());
  }

  [[nodiscard]] RankSet set_of(const std::vector<std::string>& variables) const {
    RankSet set = 0;
    for (const auto& variable : variables) {
      set |= only(*find_rank(problem_.cascade.find_rank_of_variable(variable)->name));
    }
    return set;
  }

  void find_tensors() {
    for (const auto& tensor : problem_.cascade.tensors) {
      TensorRole role;
      role.name = tensor.name;
      for (const auto& name : tensor.ranks) {
        const auto rank = find_rank(name);
        if (rank) role.ranks |= only(*rank);
        role.plain = role.plain && rank.has_value();
      }
      using Kind = einsum::Tensor::Kind;
      role.external = tensor.kind == Kind::input || tensor.kind == Kind::view;
      role.output = tensor.kind == Kind::output;
      role.generative = find_rank(tensor.generative_rank);
      if (role.generative) roles_.ranks[*role.generative].step = true;
      roles_.tensors.push_back(role);
    }
  }

  [[nodiscard]] std::size_t find_tensor(const std::string& name) const {
    const auto found = std::find_if(roles_.tensors.begin(), roles_.tensors.end(),
                                    [&](const TensorRole& tensor) { return tensor.name == name; });
    return static_cast<std::size_t>(found - roles_.tensors.begin());
  }

  /// The ranks of the tensor that the access indexes by anything but their own variable.
  [[nodiscard]] RankSet odd_ranks(const einsum::Access& access) const {
    const auto& ranks = problem_.cascade.find_tensor(access.tensor)->ranks;
    RankSet odd = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      const auto rank = find_rank(ranks[i]);
      if (!rank) continue;
      const auto& terms = access.indices[i].terms;
      const bool own = terms.size() == 1 && terms.front().factor == 1 &&
                       terms.front().variable == problem_.cascade.find_rank(ranks[i])->variable();
      if (!own) odd |= only(*rank);
    }
    return odd;
  }

  /// Whether the access is at the coordinate that the same iteration makes (`RM[m1+1]`).
  [[nodiscard]] bool reads_fresh(const einsum::Access& access) const {
    const auto* tensor = problem_.cascade.find_tensor(access.tensor);
    for (std::size_t i = 0; i < tensor->ranks.size(); ++i) {
      if (tensor->ranks[i] == tensor->generative_rank && access.indices[i].terms.size() == 2) {
        return true;
      }
    }
    return false;
  }

  void add_einsum(const einsum::Einsum& einsum) {
    EinsumRole role;
    role.name = einsum.name();
    role.iterates = set_of(einsum::iteration_variables(einsum));
    role.reduces = set_of(einsum::reduced_variables(einsum));
    role.makes = set_of(einsum::output_variables(einsum));
    role.conditional = einsum.where.has_value();
    role.output = find_tensor(einsum.name());
    const auto here = roles_.einsums.size();
    roles_.tensors[role.output].producer = here;
    for (const auto& access : einsum::reads(einsum)) {
      ++role.operands;
      const auto tensor = find_tensor(access.tensor);
      roles_.tensors[tensor].odd |= odd_ranks(access);
      roles_.tensors[tensor].fresh = roles_.tensors[tensor].fresh || reads_fresh(access);
      if (std::find(role.reads.begin(), role.reads.end(), tensor) != role.reads.end()) continue;
      role.reads.push_back(tensor);
      roles_.tensors[tensor].readers.push_back(here);
    }
    add_options(einsum, role);
    roles_.einsums.push_back(std::move(role));
  }

  void add_options(const einsum::Einsum& einsum, EinsumRole& role) const {
    std::string reason;
    for (std::size_t unit = 0; unit < roles_.units.size(); ++unit) {
      PlanLeaf leaf;
      leaf.einsum = &einsum;
      leaf.place = einsum.place;
      try {
        role.options.push_back(
            {unit, work_roles(work_of(problem_, leaf, roles_.units[unit].name), unit)});
      } catch (const InputError& error) {
        reason = error.what();
      }
    }
    if (role.options.empty()) throw InputError(einsum.place, "no unit can run it: " + reason);
  }

  [[nodiscard]] std::vector<WorkRole> work_roles(const std::vector<Work>& work,
                                                 std::size_t unit) const {
    const auto* array = problem_.architecture.find_array(roles_.units[unit].name);
    const auto& table =
        array != nullptr ? array->operations
                         : problem_.architecture.find_vector(roles_.units[unit].name)->operations;
    std::vector<WorkRole> roles;
    for (const auto& step : work) {
      WorkRole role;
      for (const auto& rank : step.ranks) role.ranks |= only(*find_rank(rank));
      if (!step.chained) role.cycles = static_cast<std::int64_t>(step.operation->cycles.count());
      for (const auto& [primitive, times] : step.operation->primitives) {
        role.energy_pj += static_cast<double>(times) * table.at(primitive).energy.count();
      }
      roles.push_back(role);
    }
    return roles;
  }

  /// Ranks of every tensor, except that one is left to be tiled.
  void find_batch() {
    std::size_t others = 0;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      auto& role = roles_.ranks[rank];
      role.batch =
          !role.is_inner_part && !role.step &&
          std::all_of(roles_.tensors.begin(), roles_.tensors.end(), [&](const TensorRole& tensor) {
            const bool unread = !tensor.producer && tensor.readers.empty();
            return unread || has(tensor.ranks & ~tensor.odd, rank);
          });
      if (!role.batch) ++others;
    }
    if (others == 0 && !roles_.ranks.empty()) roles_.ranks.back().batch = false;
  }

  const Mapping no_mapping_;
  Problem problem_;
  Roles roles_;
};

}  // namespace

Roles roles_of(const einsum::Cascade& cascade, const arch::Architecture& architecture,
               const Shapes& shapes) {
  return RoleFinder(cascade, architecture, shapes).find();
}

}  // namespace attnsim::mappings
