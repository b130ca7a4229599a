#include "render/worker/confinement/confinement.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "render/protocol/messages.h"

namespace rucola::render::worker {
namespace {

constexpr uid_t nobody = 65534;
constexpr rlim_t open_files = 64;
constexpr rlim_t threads_of_nobody = 4096;

std::unexpected<std::string> failed(const char* what) {
  return std::unexpected(std::string(what) + ": " + std::strerror(errno));
}

bool become_nobody() {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
         ::setresuid(nobody, nobody, nobody) == 0;
}

/// What a process may never get back. Takes privileges to give up, so it comes first.
void empty_bounding_set() {
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; ++capability) {
  }
}

/// Even an unprivileged process has them all inside a user namespace of its own.
void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  ::syscall(SYS_capset, &header, none.data());
}

bool set_limit(__rlimit_resource resource, rlim_t value) {
  const rlimit limit{value, value};
  return ::setrlimit(resource, &limit) == 0;
}

}  // namespace

void close_other_descriptors(int socket) {
  if (socket > STDERR_FILENO + 1) ::syscall(SYS_close_range, STDERR_FILENO + 1, socket - 1, 0);
  ::syscall(SYS_close_range, socket + 1, ~0U, 0);
}

bool drop_identity(std::vector<std::string>& missing) {
  const bool root = ::geteuid() == 0;
  empty_bounding_set();
  bool own_network = root && ::unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0;
  const bool own_user = root && become_nobody();
  if (!own_user)
    missing.emplace_back(root ? "a user of its own" : "a user of its own (needs a server that is root)");
  // Not before the user is changed: in a user namespace without a mapping there is nobody to change to.
  own_network = own_network || ::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0;
  if (!own_network) missing.emplace_back("a network namespace");
  drop_capabilities();
  return own_user;
}

std::expected<void, std::string> bind_to_parent(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return failed("PR_SET_PDEATHSIG");
  // The server may have ended before the line above: then nobody would send the signal.
  if (parent != 0 && ::getppid() != parent) return std::unexpected(std::string("the server is gone"));
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("PR_SET_DUMPABLE");
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ})
    ::signal(number, SIG_IGN);
  return {};
}

std::expected<void, std::string> set_limits(std::int64_t memory_bytes, bool own_user) {
  if (!set_limit(RLIMIT_CORE, 0)) return failed("RLIMIT_CORE");
  if (!set_limit(RLIMIT_FSIZE, static_cast<rlim_t>(protocol::result_limit_bytes)))
    return failed("RLIMIT_FSIZE");
  if (!set_limit(RLIMIT_NOFILE, open_files)) return failed("RLIMIT_NOFILE");
  if (!set_limit(RLIMIT_MEMLOCK, 0)) return failed("RLIMIT_MEMLOCK");
  // The kernel counts all threads of the user: only where that user does nothing else is a low number sane.
  if (own_user && !set_limit(RLIMIT_NPROC, threads_of_nobody)) return failed("RLIMIT_NPROC");
#ifndef RUCOLA_SANITIZED  // sanitizers reserve terabytes of addresses
  if (!set_limit(RLIMIT_AS, static_cast<rlim_t>(memory_bytes))) return failed("RLIMIT_AS");
#else
  (void)memory_bytes;
#endif
  return {};
}

void allow_processor_time(std::int64_t seconds) {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  const rlimit limit{static_cast<rlim_t>(used.tv_sec + 1 + seconds), RLIM_INFINITY};
  ::setrlimit(RLIMIT_CPU, &limit);
}

std::expected<void, std::string> forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("PR_SET_NO_NEW_PRIVS");
  return {};
}

void give_way(int niceness) {
  if (niceness > 0) ::setpriority(PRIO_PROCESS, 0, niceness);
}

void silence_stderr() {
  ::dup3(STDOUT_FILENO, STDERR_FILENO, 0);
}

}  // namespace rucola::render::worker
