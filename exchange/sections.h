#pragma once

#include <map>
#include <string>
#include <vector>

#include "exchange/exchange.h"
#include "exchange/yaml.h"

namespace attnsim::exchange {

/// The top-level keys of files that belong together.
class Sections {
 public:
  /// @param losses  gets the values that templates are filled with
  /// @throws InputError for what is no YAML map, and for a section that stands there twice
  Sections(const std::vector<SourceFile>& files, Losses& losses);

  /// nullptr where no file has it; counts as known.
  [[nodiscard]] const Yaml* find(const std::string& name);
  /// Lists what is there of it as lost.
  void lose(const std::string& name, const std::string& why, Losses& losses);
  /// @throws InputError at the first section that nothing asked for
  void reject_unread() const;
  [[nodiscard]] bool empty() const { return sections_.empty(); }
  [[nodiscard]] const Place& place() const { return place_; }

 private:
  std::map<std::string, YamlEntry> sections_;
  std::vector<std::string> known_;
  Place place_;  ///< of the first file
};

/// "gemm" of "a/b/gemm.prob.yaml", as a cascade may be called.
[[nodiscard]] std::string stem_of(const std::string& file);

}  // namespace attnsim::exchange
