#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

/// One input of a fuzz target, called by libFuzzer and by replay.cpp. Returns 0; a fault ends the
/// process: an exception that is no InputError or InfeasibleError, a sanitizer, or `require`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace attnsim::fuzz {

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  std::string text(size, '\0');
  std::transform(data, data + size, text.begin(),
                 [](auto byte) { return static_cast<char>(byte); });
  return text;
}

/// Ends the process with the claim that did not hold and what it was about.
inline void require(bool holds, const char* otherwise, const std::string& about) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%s\n", otherwise, about.c_str());
  std::abort();
}

}  // namespace attnsim::fuzz
