#pragma once

#include <gtest/gtest.h>
#include <string>

#include "base/error.h"

namespace attnsim {

/// The message of the `Error` that `act` must throw.
template <class Error = InputError, class Act>
[[nodiscard]] std::string complaint(const Act& act) {
  try {
    static_cast<void>(act());
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

}  // namespace attnsim
