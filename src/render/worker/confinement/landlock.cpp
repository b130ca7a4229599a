#include "render/worker/confinement/landlock.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace rucola::render::worker {
namespace {

// Debian 12's headers stop at the second version of the interface; the kernel says which it knows.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // since 4
  std::uint64_t scoped = 0;              // since 6
};

constexpr std::uint64_t first_rights = (1ULL << 13) - 1;  // execute … make_sym
constexpr std::uint64_t refer = 1ULL << 13;               // since 2
constexpr std::uint64_t truncate = 1ULL << 14;            // since 3
constexpr std::uint64_t ioctl_device = 1ULL << 15;        // since 5
constexpr std::uint64_t bind_and_connect_tcp = 3;
constexpr std::uint64_t abstract_sockets_and_signals = 3;

RulesetAttributes everything(long version) {
  RulesetAttributes attributes{.handled_access_fs = first_rights};
  if (version >= 2) attributes.handled_access_fs |= refer;
  if (version >= 3) attributes.handled_access_fs |= truncate;
  if (version >= 4) attributes.handled_access_net = bind_and_connect_tcp;
  if (version >= 5) attributes.handled_access_fs |= ioctl_device;
  if (version >= 6) attributes.scoped = abstract_sockets_and_signals;
  return attributes;
}

std::size_t size_for(long version) {
  if (version >= 6) return sizeof(RulesetAttributes);
  return version >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

bool allow_reading(int ruleset, const std::filesystem::path& directory) {
  const UniqueFd fd(::open(directory.c_str(), O_PATH | O_CLOEXEC));
  if (!fd) return errno == ENOENT || errno == EACCES;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  rule.parent_fd = fd.get();
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

void restrict_files(const std::vector<std::filesystem::path>& readable, std::vector<std::string>& missing) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) {
    missing.emplace_back("Landlock (needs Linux 5.13 or later with it enabled)");
    return;
  }
  const RulesetAttributes attributes = everything(version);
  const UniqueFd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size_for(version), 0)));
  bool done = static_cast<bool>(ruleset);
  for (const std::filesystem::path& directory : readable)
    done = done && allow_reading(ruleset.get(), directory);
  done = done && ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0;
  if (!done) missing.emplace_back(std::string("Landlock: ") + std::strerror(errno));
}

}  // namespace rucola::render::worker
