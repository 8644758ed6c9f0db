#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace attnsim {

/// The number behind a strong id (`enum class TokenId : std::size_t {}`).
template <class Id>
[[nodiscard]] constexpr std::size_t to_index(Id id) {
  return static_cast<std::size_t>(id);
}

/// A vector that only its own id can index, so that a token never reads a unit's entry.
template <class Id, class T>
class IdVector {
 public:
  IdVector() = default;
  explicit IdVector(std::size_t size, const T& value = T()) : items_(size, value) {}

  Id push_back(T item) {
    items_.push_back(std::move(item));
    return static_cast<Id>(items_.size() - 1);
  }
  [[nodiscard]] T& operator[](Id id) { return items_[to_index(id)]; }
  [[nodiscard]] const T& operator[](Id id) const { return items_[to_index(id)]; }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] auto begin() { return items_.begin(); }
  [[nodiscard]] auto end() { return items_.end(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

 private:
  std::vector<T> items_;
};

}  // namespace attnsim
