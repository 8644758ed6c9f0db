#pragma once

#include <string>

namespace attnsim::exchange {

/// The shortest decimal that reads back as the same number: "0.5", "1e-09".
[[nodiscard]] std::string number_text(double number);

}  // namespace attnsim::exchange
