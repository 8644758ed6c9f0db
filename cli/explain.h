#pragma once

#include <string>

#include "base/error.h"

namespace attnsim::cli {

/// The message; where it is about a cascade's text, with that line and what is meant underlined:
///
///     c.cascade:5:8: unknown operator 'expp' ...
///       5 | Y[a] = expp(X[a,b])
///         |        ^~~~
[[nodiscard]] std::string explained(const InputError& error);

}  // namespace attnsim::cli
