#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.h"

/// The names that rewrites give: those of the field where the originals' allow it. A global maximum
/// GM has the local LM and the running RM, corrected by PRM; a sum of exponentials SD the local
/// SLD, the corrected SPD and the running RD; the numerators SN times V are SNV.
namespace attnsim::einsum {

/// `wanted`, or `wanted2`, ... if a tensor, rank or parameter has that name already.
[[nodiscard]] std::string fresh_name(const Cascade& cascade, const std::string& wanted);
/// The same, with more names that are taken.
[[nodiscard]] std::string fresh_name(const Cascade& cascade, const std::string& wanted,
                                     const std::vector<std::string>& taken);

[[nodiscard]] std::string local_name(const std::string& name);      ///< GM: LM, SD: SLD
[[nodiscard]] std::string corrected_name(const std::string& name);  ///< SD: SPD
[[nodiscard]] std::string running_name(const std::string& name);    ///< GM: RM, SD: RD

/// Names for the two parts of a rank: M1 and M0 of M, unless they or their variables are taken.
[[nodiscard]] std::pair<std::string, std::string> part_names(const Cascade& cascade,
                                                             const std::string& rank);

}  // namespace attnsim::einsum
