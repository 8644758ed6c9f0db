#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "einsum/count_spaces.h"

namespace attnsim::einsum {

/// How many elements of each input a cascade reads: those that its conditions leave. Keeps
/// references to what it is made from.
class WordsRead {
 public:
  WordsRead(const Cascade& cascade, const Shapes& shapes) : cascade_(cascade), shapes_(shapes) {}

  /// Takes in an access that is evaluated in `space`. Where a rank of the tensor is indexed by lone
  /// variables or by all digits of its coordinate (m1*M0+m0), what is read follows from the
  /// condition; by anything else (a division, a gather) it is all of the rank, or as many of it as
  /// the index can name.
  void read(const Einsum& einsum, const Access& access, const Space& space, PointCounts& points);

  /// Takes in a tensor that is read somewhere else: all of it.
  void read_whole(const Access& access);

  /// Of one input: the most that a single access of it reads.
  /// @throws InputError if that is beyond 63 bits
  [[nodiscard]] std::int64_t of(const std::string& input) const;

 private:
  void note(const std::string& tensor, std::int64_t words);

  const Cascade& cascade_;
  const Shapes& shapes_;
  std::map<std::string, std::int64_t> words_;
};

/// The elements of a tensor. @throws InputError at `place` if they are beyond 63 bits
[[nodiscard]] std::int64_t words_of(const Cascade& cascade, const std::string& tensor,
                                    const Shapes& shapes, const Place& place);

}  // namespace attnsim::einsum
