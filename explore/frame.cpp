#include "explore/frame.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>

namespace attnsim::explore {
namespace {

using Length = std::uint64_t;
/// No frame of ours comes near this; what a stray write puts on the socket does.
constexpr Length longest_frame = Length{1} << 32U;

Length length_of(const std::string& bytes) {
  Length length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  return length;
}

bool send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const auto sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

bool send_frame(int socket, const std::string& text) {
  const Length length = text.size();
  std::array<char, sizeof length> head{};
  std::memcpy(head.data(), &length, sizeof length);
  return send_all(socket, head.data(), head.size()) && send_all(socket, text.data(), text.size());
}

FrameReader::End FrameReader::take(int socket) {
  std::array<char, 65536> piece{};
  while (true) {
    const auto got = ::recv(socket, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got > 0) {
      bytes_.append(piece.data(), static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    const bool empty = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    const bool garbage = bytes_.size() >= sizeof(Length) && length_of(bytes_) > longest_frame;
    return empty && !garbage ? End::open : End::closed;
  }
}

std::optional<std::string> FrameReader::next() {
  if (bytes_.size() < sizeof(Length)) return std::nullopt;
  const auto length = length_of(bytes_);
  if (bytes_.size() - sizeof(Length) < length) return std::nullopt;
  auto text = bytes_.substr(sizeof(Length), length);
  bytes_.erase(0, sizeof(Length) + length);
  return text;
}

std::optional<std::string> receive_frame(int socket) {
  FrameReader reader;
  pollfd wait{socket, POLLIN, 0};
  while (true) {
    if (::poll(&wait, 1, -1) < 0 && errno != EINTR) return std::nullopt;
    const auto end = reader.take(socket);
    if (auto text = reader.next()) return text;
    if (end == FrameReader::End::closed) return std::nullopt;
  }
}

}  // namespace attnsim::explore
