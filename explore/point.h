#pragma once

#include <string>
#include <vector>

namespace attnsim::explore {

/// What names a point of the design space: files or shipped names, shapes and overrides, as typed.
struct Point {
  std::string arch;
  std::string mapping;
  std::string cascade;  ///< empty: the one that the mapping names
  std::string model;    ///< empty: shapes come from `seq` and `shape` alone
  std::string seq;
  std::string shape;
  std::vector<std::string> sets;  ///< "XPATH=VALUE", in order
  bool causal = false;            ///< of a GPU mapping: queries see no later keys
  std::string parameters = {};    ///< of a GPU mapping: "window=512,sinks=4" (or with spaces)
};

}  // namespace attnsim::explore
