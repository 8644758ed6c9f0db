#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

/// Pareto fronts: what is best in several things at once, the less the better.
namespace attnsim::explore {

/// What a mapping costs, by `Objective`.
using Costs = std::array<double, 3>;
enum class Objective : std::size_t { cycles, energy, buffer };

[[nodiscard]] const char* name_of(Objective objective);

/// Some of the objectives, in their order.
using Objectives = std::vector<Objective>;

/// "cycles,energy". @throws InputError for a word that is none, or none at all
[[nodiscard]] Objectives parse_objectives(const std::string& text);

/// The least factor by which `costs` would have to be multiplied for `better` to be no worse in any
/// objective: at most 1 where it is no worse as it stands.
[[nodiscard]] double factor_to(const Costs& better, const Costs& costs,
                               const Objectives& objectives);

/// Points of which none is at least as good as another in every objective.
class Front {
 public:
  struct Member {
    Costs costs{};
    std::size_t point = 0;  ///< what the user calls it
  };

  explicit Front(Objectives objectives) : objectives_(std::move(objectives)) {}

  /// The least `factor_to` of any member; infinity where there is none.
  [[nodiscard]] double factor_to(const Costs& costs) const;

  /// Takes the point in, and out what it beats; unless a member is as good already.
  /// @return whether it is in
  bool add(const Costs& costs, std::size_t point);

  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  [[nodiscard]] const Objectives& objectives() const { return objectives_; }

 private:
  Objectives objectives_;
  std::vector<Member> members_;
};

}  // namespace attnsim::explore
