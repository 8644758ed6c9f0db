#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// Texts over a stream socket, each behind its length.
namespace attnsim::explore {

/// Sends a text as one frame, however long that takes.
/// @return false if the other end is gone
[[nodiscard]] bool send_frame(int socket, const std::string& text);

/// Puts the frames of a socket together from what has arrived.
class FrameReader {
 public:
  enum class End { open, closed };

  /// Takes in what has arrived; waits for nothing.
  /// @return closed if nothing more will come
  [[nodiscard]] End take(int socket);

  /// The first frame that is complete, if any.
  [[nodiscard]] std::optional<std::string> next();

 private:
  std::string bytes_;
};

/// Waits for a frame. @return none if the other end is gone
[[nodiscard]] std::optional<std::string> receive_frame(int socket);

}  // namespace attnsim::explore
