#include "exchange/yaml_number.h"

#include <array>
#include <charconv>

namespace attnsim::exchange {

std::string number_text(double number) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), result.ptr};
}

}  // namespace attnsim::exchange
