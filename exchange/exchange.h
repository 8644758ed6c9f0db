#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/components.h"
#include "einsum/cascade.h"
#include "exchange/loss.h"
#include "mappings/mapping.h"

/// The public face of exchange/: files of TeAAL, Timeloop (v0.4) and AccelForge to values of
/// attnsim, and back to those of the first two. What one side says and the other cannot is listed,
/// with its place and why. docs/other_tools.md has the tables.
namespace attnsim::exchange {

/// A YAML file: its text and the name that messages give it.
struct SourceFile {
  std::string text;
  std::string file;
};

using Shapes = std::map<std::string, std::int64_t>;

/// What the files of another tool hold, as values of attnsim; what they do not hold is absent.
struct Imported {
  std::optional<einsum::Cascade> cascade;  ///< checked
  std::optional<arch::Architecture> architecture;
  std::optional<mappings::Mapping> mapping;  ///< its `cascade` is the cascade's name
  Shapes shapes;                             ///< sizes of ranks, where the source gives them
  Losses losses;
};

/// One import of files that belong together, of any sections (`einsum`, `mapping`, ...).
/// @throws InputError at the first thing that is wrong; nothing else, for any text
[[nodiscard]] Imported import_teaal(const std::vector<SourceFile>& files);
[[nodiscard]] Imported import_timeloop(const std::vector<SourceFile>& files);
[[nodiscard]] Imported import_accelforge(const std::vector<SourceFile>& files);

/// What is to be written for another tool; absent parts are null. Keeps nothing.
struct Ours {
  const einsum::Cascade* cascade = nullptr;
  const arch::Architecture* architecture = nullptr;
  const mappings::Mapping* mapping = nullptr;
  Shapes shapes;  ///< of the cascade's ranks and parameters, as far as they are known
};

struct WrittenFile {
  std::string name;  ///< within the folder: "problem.yaml"
  std::string text;
};

struct Exported {
  std::vector<WrittenFile> files;
  Losses losses;
};

/// One file: teaal.yaml, with the sections that there are.
/// @throws InputError for a GPU, for kernel launches and for names that do not fit each other
[[nodiscard]] Exported export_teaal(const Ours& ours);
/// architecture.yaml, and for each Einsum that Timeloop can express a problem and a mapping.
/// @throws InputError as above, and for a rank without a shape
[[nodiscard]] Exported export_timeloop(const Ours& ours);

}  // namespace attnsim::exchange
