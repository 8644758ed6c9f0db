#pragma once

#include <map>
#include <string>
#include <vector>

namespace attnsim::workloads {

/// The files that attnsim comes with, by what they hold; they lie under `data_root()`.
enum class Shipped { arch, mapping, model, cascade, sweep };

/// The names of the shipped files of a kind, in order: {"flat", "fusemax", "gpu/h100_sxm"}.
[[nodiscard]] std::vector<std::string> list_shipped(Shipped kind);

/// Other names of shipped files -> the shipped name, as `workloads/also.csv` has them:
/// {"transnormer", "lightning_attention"}.
/// @throws InputError if that table cannot be read
[[nodiscard]] std::map<std::string, std::string> other_names(Shipped kind);

/// The path that a command-line argument means: `name_or_path` itself if it is "-" or looks like
/// a path (has a '/' or the kind's ending) and exists, else that of the shipped file of that name
/// or other name.
/// @throws InputError listing the shipped names
[[nodiscard]] std::string find_shipped(Shipped kind, const std::string& name_or_path);

}  // namespace attnsim::workloads
