#include "einsum/shapes.h"

#include <vector>

#include "base/error.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

[[noreturn]] void fail(const Cascade& cascade, const std::string& message) {
  throw InputError(Place{cascade.file, 0, 0}, message);
}

void check_given(const Cascade& cascade, const Shapes& given) {
  for (const auto& [name, value] : given) {
    if (cascade.find_param(name) != nullptr) continue;
    if (cascade.find_rank(name) == nullptr) {
      auto known = names_of(cascade.ranks);
      const auto params = names_of(cascade.params);
      known.insert(known.end(), params.begin(), params.end());
      fail(cascade, unknown_name("rank or parameter", name, known));
    }
    if (value >= 1) continue;
    fail(cascade,
         "the shape of rank " + name + " must be at least 1, not " + std::to_string(value));
  }
}

/// "M = M1 * M0"
std::string equation_of(const Rank& rank) {
  std::string text = rank.name + " =";
  for (const auto& part : rank.parts) text += (part == rank.parts.front() ? " " : " * ") + part;
  return text;
}

/// "M0 = 4, M1 = 3", of those parts that are known.
std::string values_of(const Rank& rank, const Shapes& shapes) {
  std::string text;
  for (const auto& part : rank.parts) {
    const auto known = shapes.find(part);
    if (known == shapes.end()) continue;
    text += (text.empty() ? "" : ", ") + part + " = " + std::to_string(known->second);
  }
  return text;
}

/// Derives the one shape of a whole and its parts that is not given, and checks the product.
void complete_parts(const Cascade& cascade, const Rank& rank, Shapes& shapes) {
  std::int64_t product = 1;
  std::vector<std::string> missing;
  for (const auto& part : rank.parts) {
    const auto known = shapes.find(part);
    if (known == shapes.end()) {
      missing.push_back(part);
    } else if (__builtin_mul_overflow(product, known->second, &product)) {
      fail(cascade, "the product " + equation_of(rank) + " does not fit in 64 bits");
    }
  }
  const auto whole = shapes.find(rank.name);
  if (missing.empty() && whole == shapes.end()) {
    shapes[rank.name] = product;
    return;
  }
  if (missing.size() > 1 || whole == shapes.end()) return;  // reported as missing below
  const bool divides = missing.empty() ? whole->second == product : whole->second % product == 0;
  if (!divides) {
    fail(cascade, equation_of(rank) + " must hold exactly: " + rank.name + " = " +
                      std::to_string(whole->second) +
                      (missing.empty() ? " is not the product of " : " is not a multiple of ") +
                      values_of(rank, shapes));
  }
  if (!missing.empty()) shapes[missing.front()] = whole->second / product;
}

}  // namespace

Shapes resolve_shapes(const Cascade& cascade, const Shapes& given) {
  check_given(cascade, given);
  Shapes shapes = given;
  for (const auto& param : cascade.params) shapes.insert({param.name, param.value});
  // Parts of parts: what one rank's equation yields, another's may need.
  std::size_t known = 0;
  while (known != shapes.size()) {
    known = shapes.size();
    for (const auto& rank : cascade.ranks) {
      if (!rank.parts.empty()) complete_parts(cascade, rank, shapes);
    }
  }
  std::vector<std::string> missing;
  for (const auto& rank : cascade.ranks) {
    if (!shapes.contains(rank.name)) missing.push_back(rank.name);
  }
  if (!missing.empty()) fail(cascade, "no shape is given for rank " + list_names(missing));
  return shapes;
}

}  // namespace attnsim::einsum
