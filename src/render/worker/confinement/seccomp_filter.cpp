#include "render/worker/confinement/seccomp_filter.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

// Measured with JPEG, PNG, WebP, AVIF, HEIC, GIF, TIFF, JPEG XL, JPEG 2000, PDF, films and SVG text; what a
// kernel or libc lacks is left out.
constexpr std::array allowed{
    // memory and threads
    "munmap", "mremap", "madvise", "brk", "futex", "rseq", "set_robust_list", "exit", "exit_group",
    "sched_getaffinity", "sched_yield", "gettid", "sigaltstack", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "restart_syscall",
    // files that Landlock lets it open, the source, the result; none in memory of its own making, which would
    // count for no limit
    "read", "pread64", "write", "close", "lseek", "newfstatat", "fstat", "fstatfs", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getdents64", "fadvise64", "fcntl", "dup3", "umask",
    // the job socket
    "recvmsg", "poll", "ppoll", "sendmsg", "getpeername",
    // what libraries ask about the machine
    "getrandom", "getpid", "sysinfo", "uname", "clock_gettime", "clock_getres", "clock_nanosleep",
    "gettimeofday", "getrusage"};

constexpr std::array deadly{"socket",
                            "socketpair",
                            "connect",
                            "bind",
                            "listen",
                            "accept",
                            "accept4",
                            "execve",
                            "execveat",
                            "fork",
                            "vfork",
                            "ptrace",
                            "process_vm_readv",
                            "process_vm_writev",
                            "pidfd_getfd",
                            "setns",
                            "unshare",
                            "mount",
                            "umount2",
                            "pivot_root",
                            "chroot",
                            "bpf",
                            "perf_event_open",
                            "userfaultfd",
                            "io_uring_setup",
                            "keyctl",
                            "add_key",
                            "request_key",
                            "init_module",
                            "finit_module",
                            "kexec_load",
                            "open_by_handle_at",
                            "setuid",
                            "setresuid",
                            "setgid",
                            "setresgid",
                            "kill",
                            "tkill"};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
    if (!context_) error_ = -ENOMEM;
  }

  template <class... Comparisons>
  void add(std::uint32_t action, const char* name, Comparisons... comparisons) {
    const int number = seccomp_syscall_resolve_name(name);
    if (error_ != 0 || number == __NR_SCMP_ERROR) return;
    const int error =
        seccomp_rule_add(context_.get(), action, number, sizeof...(comparisons), comparisons...);
    // -EDOM: another architecture's call, which can't be made here.
    if (error != 0 && error != -EDOM) error_ = error;
  }

  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_ == 0) error_ = seccomp_attr_set(context_.get(), attribute, value);
  }

  std::expected<void, std::string> load() {
    if (error_ == 0) error_ = seccomp_load(context_.get());
    if (error_ != 0) return std::unexpected(std::string("seccomp: ") + std::strerror(-error_));
    return {};
  }

 private:
  CHandle<void, seccomp_release> context_;
  int error_ = 0;
};

scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) {
  return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

void add_conditional_rules(Filter& filter) {
  constexpr scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
  // What was written is never executed: where a decoder can be made to write code, nothing runs it. Libraries
  // that are loaded late, as glibc's converters are, map theirs read-only.
  filter.add(SCMP_ACT_ALLOW, "mmap", masked(2, PROT_EXEC, 0));
  filter.add(SCMP_ACT_ALLOW, "mmap", masked(2, PROT_WRITE | PROT_EXEC, PROT_EXEC));
  filter.add(SCMP_ACT_ALLOW, "mprotect", masked(2, PROT_EXEC, 0));
  filter.add(SCMP_ACT_ALLOW, "openat", masked(2, writing, O_RDONLY));
  filter.add(SCMP_ACT_ALLOW, "clone", masked(0, CLONE_THREAD, CLONE_THREAD));
  filter.add(SCMP_ACT_KILL_PROCESS, "clone", masked(0, CLONE_THREAD, 0));
  // Its flags lie in memory, where a filter can't look: libc then falls back to clone.
  filter.add(SCMP_ACT_ERRNO(ENOSYS), "clone3");
  filter.add(SCMP_ACT_ALLOW, "ioctl", equal(1, TCGETS));
  filter.add(SCMP_ACT_ALLOW, "prctl", equal(0, PR_SET_NAME));
  // Its own processor time, before each job.
  filter.add(SCMP_ACT_ALLOW, "prlimit64", equal(0, 0), equal(1, RLIMIT_CPU));
}

}  // namespace

std::expected<void, std::string> filter_system_calls() {
  Filter filter;
  filter.set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  filter.set(SCMP_FLTATR_CTL_TSYNC, 1);
  filter.set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const char* name : allowed)
    filter.add(SCMP_ACT_ALLOW, name);
  for (const char* name : deadly)
    filter.add(SCMP_ACT_KILL_PROCESS, name);
  add_conditional_rules(filter);
  return filter.load();
}

}  // namespace rucola::render::worker
