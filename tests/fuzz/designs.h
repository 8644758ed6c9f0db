#pragma once

#include <string>

#include "arch/reader.h"
#include "einsum/einsum.h"
#include "mappings/lower.h"
#include "mappings/reader.h"

namespace attnsim::fuzz {

inline std::string shipped(const std::string& path) {
  return std::string(ATTNSIM_SOURCE_DIR) + "/" + path;
}

inline einsum::Cascade shipped_cascade(const std::string& name) {
  return einsum::load_cascade(shipped("workloads/cascades/" + name + ".cascade"));
}

/// Small, and yet several tiles of every rank that the shipped mappings cut.
inline mappings::Shapes small_shapes(const std::string& cascade) {
  if (cascade == "linear_layers") {
    return {{"B", 2}, {"P", 512}, {"H", 3}, {"E", 64}, {"F", 64}, {"D", 192}, {"S", 512}};
  }
  return {{"B", 2}, {"H", 3}, {"E", 64}, {"F", 64}, {"P", 512}, {"M", 512}};
}

}  // namespace attnsim::fuzz
