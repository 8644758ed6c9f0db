#pragma once

#include <string>
#include <vector>

#include "exchange/loss.h"
#include "exchange/yaml.h"

/// How AccelForge writes an access, private to exchange/.
namespace attnsim::exchange {

/// One index of an access: the rank that it walks, and how.
struct Projection {
  std::string rank;
  std::string index;  ///< "p", "p1 + r0"
};

struct TensorAccess {
  std::string name;
  std::vector<Projection> projection;
  bool output = false;
  Place place;
};

/// A letter or '_', then letters, digits and '_'.
[[nodiscard]] bool is_word(const std::string& text);
[[nodiscard]] std::string without_blanks(std::string text);
[[nodiscard]] std::string upper_case(std::string text);

/// An entry of `tensor_accesses`. @throws InputError
[[nodiscard]] TensorAccess read_access(const Yaml& yaml, Losses& losses);

/// "QK[b, m, p] = Q[b, m, e] * K[b, M: p, e]"; also M=p. What stands between the tensors does not
/// matter there: they are multiplied, or copied if there is one.
/// @param name  becomes the output's
[[nodiscard]] std::vector<TensorAccess> accesses_of(const Yaml& yaml, std::string& name);

}  // namespace attnsim::exchange
