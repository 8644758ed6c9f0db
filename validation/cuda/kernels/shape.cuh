#pragma once

#include <cstdint>
#include <string>

namespace attnsim::gpu {

/// The ranks of one attention, named as in the rest of attnsim, and what single kernels add.
struct Shape {
  int B = 1;            ///< batch
  int H = 1;            ///< query heads
  int J = 1;            ///< key-value heads
  int P = 1;            ///< query positions
  int M = 1;            ///< key positions
  int E = 128;          ///< head dim of queries and keys
  int F = 128;          ///< head dim of values
  bool causal = false;  ///< query p sees keys up to p + M - P
  int window = 0;       ///< sliding window: keys seen before and with the query's own
  int sinks = 0;        ///< first keys that every query sees beside its window
  int top_k = 0;        ///< keys kept a query
  int density = 0;      ///< percent of the blocks kept (block-sparse)
  int bits = 16;        ///< an element of the KV cache
  int splits = 0;       ///< of the keys (0: the kernel's own choice)

  int group() const { return H / J; }
  std::int64_t query_rows() const { return static_cast<std::int64_t>(B) * H * P; }
  std::int64_t key_rows() const { return static_cast<std::int64_t>(B) * J * M; }
};

/// "window=1024 sinks=4": what is set of the extra parameters.
inline std::string extra_text(const Shape& shape) {
  std::string text;
  auto add = [&](const char* name, int value) {
    if (value == 0) return;
    text += (text.empty() ? "" : " ") + std::string(name) + "=" + std::to_string(value);
  };
  add("window", shape.window);
  add("sinks", shape.sinks);
  add("top_k", shape.top_k);
  add("density", shape.density);
  add("bits", shape.bits == 16 ? 0 : shape.bits);
  add("splits", shape.splits);
  return text;
}

inline std::string to_string(const Shape& s) {
  auto rank = [](const char* name, int value) { return name + std::to_string(value) + " "; };
  std::string text = rank("B=", s.B) + rank("H=", s.H) + rank("J=", s.J) + rank("P=", s.P) +
                     rank("M=", s.M) + rank("E=", s.E) + rank("F=", s.F);
  text += s.causal ? "causal " : "";
  return text + extra_text(s);
}

}  // namespace attnsim::gpu
