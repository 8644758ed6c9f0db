#pragma once

#include <map>
#include <string>
#include <vector>

#include "exchange/teaal.h"

/// `mapping:` of TeAAL as it stands there, before it is loop nests; private to exchange/.
namespace attnsim::exchange {

/// What `mapping:` says of one Einsum.
struct TeaalOrder {
  std::map<std::string, std::vector<mappings::Size>> parts;  ///< by rank: tiles, from the outermost
  std::vector<Yaml> order;
  std::vector<std::string> space;
  std::map<std::string, std::vector<std::string>>
      unflattened;  ///< ranks by "KM", where KM cannot be
  Place place;
};

struct TeaalOrders {
  std::map<std::string, TeaalOrder> einsums;
  std::vector<mappings::Flatten> flattens;  ///< those that attnsim can carry out
};

/// @throws InputError at what is wrong
[[nodiscard]] TeaalOrders read_teaal_orders(const Yaml& section, const einsum::Cascade& cascade,
                                            Losses& losses);

}  // namespace attnsim::exchange
