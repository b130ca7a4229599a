#include "render/protocol/socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>

#include "render/plan/plan.h"
#include "render/protocol/broken.h"

namespace rucola::render::protocol {
namespace {

/// A job's sources, and the file for its result.
constexpr std::size_t most_descriptors = files_limit + 1;

Result<void> wait_readable(int socket, Deadline deadline, int interrupt) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    std::array<pollfd, 2> waiting{{{socket, POLLIN, 0}, {interrupt, POLLIN, 0}}};  // poll() leaves out fd -1
    const int ready = ::poll(waiting.data(), waiting.size(),
                             static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1 << 30)));
    if (ready > 0 && waiting[0].revents != 0) return {};
    if (ready > 0) return fail(ErrorCode::overloaded, "The server is shutting down.", "interrupted");
    if (ready < 0 && errno != EINTR) return broken(std::string("poll: ") + std::strerror(errno));
    if (left.count() <= 0) return fail(ErrorCode::timed_out, "Processing the image took too long.");
  }
}

/// Takes over every descriptor that came along, so that none can leak whatever was sent.
std::vector<UniqueFd> take_descriptors(msghdr& header) {
  std::vector<UniqueFd> descriptors;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      descriptors.emplace_back(fd);
    }
  }
  return descriptors;
}

}  // namespace

Result<void> send_message(int socket, std::string_view text, std::span<const int> files) {
  if (text.size() > message_limit_bytes)
    return broken("message of " + std::to_string(text.size()) + " bytes");
  if (files.size() > most_descriptors) return broken(std::to_string(files.size()) + " files in a message");
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> control{};
  if (!files.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(files.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(files.size_bytes());
    std::memcpy(CMSG_DATA(rights), files.data(), files.size_bytes());
  }
  while (::sendmsg(socket, &header, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return broken(std::string("sendmsg: ") + std::strerror(errno));
  }
  return {};
}

Result<Message> receive_message(int socket, std::optional<Deadline> deadline, int interrupt) {
  if (deadline) {
    if (auto ready = wait_readable(socket, *deadline, interrupt); !ready)
      return std::unexpected(ready.error());
  }
  Message message;
  message.text.resize(message_limit_bytes);
  iovec part{message.text.data(), message.text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t received = 0;
  while ((received = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno != EINTR) return broken(std::string("recvmsg: ") + std::strerror(errno));
  }
  message.files = take_descriptors(header);
  if (received == 0) return broken("the other side is gone");
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return broken("message too long");
  message.text.resize(static_cast<std::size_t>(received));
  return message;
}

}  // namespace rucola::render::protocol
