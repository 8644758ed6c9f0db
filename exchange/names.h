#pragma once

#include <set>
#include <string>

namespace attnsim::exchange {

/// Names as the cascade language takes them, made of those of other tools; each once.
class NameMaker {
 public:
  /// A rank: capitals and digits ("HKV" of "hkv", "N0" of "n_0").
  [[nodiscard]] std::string rank(const std::string& source);
  /// A tensor: a capital first, then letters, digits and '_' ("I_in" of "i_in").
  [[nodiscard]] std::string tensor(const std::string& source);

 private:
  std::string unique(std::string name, std::set<std::string>& taken);

  std::set<std::string> ranks_;
  std::set<std::string> tensors_;
};

}  // namespace attnsim::exchange
