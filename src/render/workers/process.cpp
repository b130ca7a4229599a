#include "render/workers/process.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "render/protocol/broken.h"
#include "render/protocol/out_of_memory.h"

namespace rucola::render {
namespace {

constexpr int socket_in_worker = 3;
constexpr std::chrono::seconds greeting_timeout{15};

std::unexpected<Error> not_started(const std::string& what, int error) {
  return fail(ErrorCode::internal, "The image could not be processed.",
              "render worker: " + what + ": " + std::system_category().message(error));
}

/// A worker inherits nothing of the server's environment but what finds its libraries.
std::vector<std::string> worker_environment() {
  std::vector<std::string> environment{
      "MALLOC_ARENA_MAX=2", "VIPS_CONCURRENCY=1",          "HOME=/nonexistent", "PATH=/nonexistent",
      "LC_ALL=C.UTF-8",     "GIO_MODULE_DIR=/nonexistent", "GIO_USE_VFS=local", "NO_AT_BRIDGE=1"};
  for (const char* name : {"LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// posix_spawn() with the file actions and signal dispositions of a worker. In a process group of its own, so
/// that Ctrl-C on the server's terminal does not interrupt jobs that the server wants to finish.
Result<pid_t> spawn_program(const WorkerProcess::Options& options, std::vector<std::string> extra_arguments,
                            int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, socket, socket_in_worker);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> arguments{"rucola-worker", "--socket=" + std::to_string(socket_in_worker),
                                     "--memory-bytes=" + std::to_string(options.memory_bytes),
                                     "--nice=" + std::to_string(options.niceness),
                                     "--parent=" + std::to_string(::getpid())};
  arguments.insert(arguments.end(), extra_arguments.begin(), extra_arguments.end());
  std::vector<std::string> environment = worker_environment();
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, options.program.c_str(), &actions, &attributes,
                                  pointers_to(arguments).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return not_started("can't start " + options.program.string(), error);
  return pid;
}

struct Started {
  pid_t pid;
  UniqueFd socket;
};

Result<Started> start(const WorkerProcess::Options& options, std::vector<std::string> extra_arguments) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return not_started("socketpair", errno);
  }
  UniqueFd ours(pair[0]);
  const UniqueFd theirs(pair[1]);
  Result<pid_t> pid = spawn_program(options, std::move(extra_arguments), theirs.get());
  if (!pid) return std::unexpected(pid.error());
  return Started{*pid, std::move(ours)};
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::unexpected<Error> bad_result(const std::string& why) {
  return fail(ErrorCode::internal, "The image could not be processed.", "render worker's result: " + why);
}

/// A worker has it opened by its name, which it can for what lies in memory alone.
bool is_font(int file) {
  std::array<char, 4> start{};
  if (::pread(file, start.data(), start.size(), 0) != static_cast<ssize_t>(start.size())) return false;
  const std::string_view kind(start.data(), start.size());
  using namespace std::string_view_literals;
  return kind == "\0\1\0\0"sv || kind == "OTTO" || kind == "ttcf" || kind == "true";
}

/// What goes beside a job's message.
struct Beside {
  std::vector<int> descriptors;
  std::vector<UniqueFd> fonts;
  UniqueFd result;
};

Result<Beside> beside(const protocol::Job& job, std::span<const int> files) {
  Beside all{.descriptors = {files.begin(), files.end()}, .fonts = {}, .result = {}};
  for (std::size_t i = 0; i < all.descriptors.size(); ++i) {
    if (!is_font(all.descriptors[i])) continue;
    auto font = Bytes::read_from(all.descriptors[i], 0, job.file_bytes[i]).sealed_file();
    if (!font) return std::unexpected(font.error());
    all.descriptors[i] = font->get();
    all.fonts.push_back(std::move(*font));
  }
  if (!protocol::makes_a_file(job.kind)) return all;
  all.result.reset(::memfd_create("render", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!all.result) return bad_result(std::string("memfd_create: ") + std::strerror(errno));
  all.descriptors.push_back(all.result.get());
  return all;
}

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

/// From now on the worker can change it no more. False where it holds on to it.
bool seal(const UniqueFd& result) {
  ::fcntl(result.get(), F_ADD_SEALS, all_seals);
  const int seals = ::fcntl(result.get(), F_GET_SEALS);
  return seals >= 0 && (seals & all_seals) == all_seals;
}

std::int64_t memory_of(const UniqueFd& file) {
  struct stat status{};
  constexpr std::int64_t block_bytes = 512;
  return ::fstat(file.get(), &status) == 0 ? status.st_blocks * block_bytes : 0;
}

}  // namespace

Result<WorkerProcess> WorkerProcess::spawn(const Options& options) {
  Result<Started> started = start(options, {});
  if (!started) return std::unexpected(started.error());
  WorkerProcess worker(started->pid, std::move(started->socket), options.interrupt);
  const auto deadline = std::chrono::steady_clock::now() + greeting_timeout;
  Result<protocol::Message> message =
      protocol::receive_message(worker.socket_.get(), deadline, options.interrupt);
  Result<protocol::Greeting> greeting =
      message ? protocol::read_greeting(message->text) : std::unexpected(message.error());
  if (!greeting) {
    Error error = greeting.error();
    error.code = ErrorCode::internal;
    error.detail.text += "; the render worker ended with " + worker.end().how;
    return std::unexpected(std::move(error));
  }
  // Not before the greeting: until then it may still be the server's own user.
  if (::kill(worker.pid_, 0) != 0) {
    return fail(
        ErrorCode::internal, "The image could not be processed.",
        "The server may not signal its own render workers, so it could not stop a runaway job: run it "
        "unprivileged, or with CAP_KILL.");
  }
  worker.greeting_ = std::move(*greeting);
  return worker;
}

Result<void> WorkerProcess::probe(const Options& options, const std::string& forbidden) {
  Result<Started> started = start(options, {"--probe=" + forbidden});
  if (!started) return std::unexpected(started.error());
  const int status = reap(started->pid);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) return {};
  return fail(ErrorCode::internal, "The render workers' sandbox does not hold.",
              "a worker that did \"" + forbidden + "\" ended with " + describe_end(status) +
                  " instead of being killed by seccomp");
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      socket_(std::move(other.socket_)),
      interrupt_(other.interrupt_),
      greeting_(std::move(other.greeting_)),
      result_bytes_(other.result_bytes_) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  if (this != &other) {
    end();
    pid_ = std::exchange(other.pid_, -1);
    socket_ = std::move(other.socket_);
    interrupt_ = other.interrupt_;
    greeting_ = std::move(other.greeting_);
    result_bytes_ = other.result_bytes_;
  }
  return *this;
}

WorkerProcess::~WorkerProcess() {
  end();
}

std::expected<Result<JobOutcome>, Lost> WorkerProcess::carry_out(const protocol::Job& job,
                                                                 std::span<const int> files,
                                                                 protocol::Deadline deadline) {
  const auto lost = [](const Error& error) {
    const auto why = error.code == ErrorCode::timed_out    ? Lost::Why::timed_out
                     : error.code == ErrorCode::overloaded ? Lost::Why::interrupted
                                                           : Lost::Why::died;
    return std::unexpected(Lost{why, error.detail.text});
  };
  const std::string message_text = protocol::write_job(job);
  // Not the worker's fault, which would be replaced for it, and the next one as well.
  if (message_text.size() > protocol::message_limit_bytes) {
    return Result<JobOutcome>(fail(ErrorCode::unprocessable,
                                   "The stack takes too much to describe: with its texts, compositions and "
                                   "changes of drawings it has " +
                                       std::to_string(message_text.size()) + " bytes, and may have " +
                                       std::to_string(protocol::message_limit_bytes) + "."));
  }
  auto with = beside(job, files);
  if (!with) return Result<JobOutcome>(std::unexpected(std::move(with.error())));
  if (auto sent = protocol::send_message(socket_.get(), message_text, with->descriptors); !sent)
    return lost(sent.error());
  Result<protocol::Message> message = protocol::receive_message(socket_.get(), deadline, interrupt_);
  if (!message) return lost(message.error());
  Result<protocol::Reply> reply = protocol::read_reply(message->text);
  if (!reply) return lost(reply.error());
  if (reply->is_heavy && !job.unless_heavy) return lost(protocol::broken("it was to be begun").error());
  if (with->result) {
    // Whatever the reply says: what is not sealed could still grow.
    if (!seal(with->result)) return lost(bad_result("it is still being written to").error());
    result_bytes_ += memory_of(with->result);
  }
  if (reply->error) return Result<JobOutcome>(std::unexpected(std::move(*reply->error)));
  JobOutcome outcome{.reply = std::move(*reply), .bytes = {}};
  if (with->result) {
    const std::int64_t announced = outcome.reply.result_bytes;
    if (announced == 0) return lost(bad_result("it is empty").error());
    Result<Bytes> bytes = Bytes::of_sealed_file(std::move(with->result), announced);
    if (!bytes) return lost(bad_result(bytes.error().detail.text).error());
    outcome.bytes = std::move(*bytes);
  }
  return Result<JobOutcome>(std::move(outcome));
}

std::int64_t WorkerProcess::resident_bytes() const {
  const UniqueFd file(::open(("/proc/" + std::to_string(pid_) + "/statm").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
  char* after_total = nullptr;
  std::strtoll(text.data(), &after_total, 10);
  return std::strtoll(after_total, nullptr, 10) * ::sysconf(_SC_PAGESIZE);
}

std::chrono::nanoseconds WorkerProcess::processor_time() const {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

WorkerProcess::Ended WorkerProcess::end() {
  if (pid_ < 0) return {};
  socket_.reset();  // an idle worker ends by itself, should it be out of reach for signals
  // A worker that is already on its way out, for instance because it crashed, keeps its own status.
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) {
    ::kill(pid_, SIGKILL);
    status = reap(pid_);
  }
  pid_ = -1;
  return {.how = describe_end(status),
          .out_of_memory = WIFEXITED(status) && WEXITSTATUS(status) == protocol::out_of_memory_exit};
}

}  // namespace rucola::render
