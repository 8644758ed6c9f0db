#pragma once

namespace attnsim {

/// The lambdas of one `std::visit`, side by side.
template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace attnsim
