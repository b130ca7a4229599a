// rucola-worker: decodes strangers' files so that the server need not. It gives up everything it does not
// need, then answers jobs on the socket it inherited, one at a time, until the server closes it.

#include <cstdio>
#include <expected>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>
#include <vips/vips8>

#include "render/protocol/messages.h"
#include "render/protocol/socket.h"
#include "render/worker/arguments.h"
#include "render/worker/confinement/confinement.h"
#include "render/worker/confinement/landlock.h"
#include "render/worker/confinement/probe.h"
#include "render/worker/confinement/seccomp_filter.h"
#include "render/worker/jobs.h"
#include "render/worker/libvips_setup.h"
#include "render/worker/memory/allocations.h"
#include "render/worker/memory/free_memory.h"

namespace rucola::render::worker {
namespace {

/// What came of Landlock is told apart, because the self-test depends on it.
struct Sandbox {
  std::vector<std::string> missing;
  bool files_restricted = false;
  FreeMemory free_memory{};  ///< what is left to ask the machine
};

std::expected<Sandbox, std::string> confine(const Arguments& arguments) {
  close_other_descriptors(arguments.socket);
  Sandbox sandbox;
  give_way(arguments.niceness);
  const bool own_user = drop_identity(sandbox.missing);
  if (auto done = bind_to_parent(arguments.parent); !done) return std::unexpected(done.error());
  if (auto done = set_limits(arguments.memory_bytes, own_user); !done) return std::unexpected(done.error());
  if (auto done = forbid_new_privileges(); !done) return std::unexpected(done.error());
  preload_modules();
  const std::size_t missing_before = sandbox.missing.size();
  restrict_files(directories_to_read(), sandbox.missing);
  sandbox.files_restricted = sandbox.missing.size() == missing_before;
  if (arguments.probe.empty()) {
    if (auto done = start_libvips(); !done) return std::unexpected(done.error());
    warm_up_fonts();
    tell_why_it_ends();
  }
  if (auto done = filter_system_calls(); !done) return std::unexpected(done.error());
  silence_stderr();
  return sandbox;
}

int run(std::span<char* const> command_line) {
  const auto arguments = parse_arguments(command_line);
  if (!arguments) {
    std::fprintf(stderr, "%s\n", arguments.error().c_str());
    return 2;
  }
  auto sandbox = confine(*arguments);
  if (!sandbox) {
    std::fprintf(stderr, "rucola-worker: %s\n", sandbox.error().c_str());
    return 1;
  }
  if (!arguments->probe.empty()) {
    attempt(arguments->probe);
    return 0;
  }
  const protocol::Greeting greeting{.vips_version = vips_version_string(), .missing = sandbox->missing};
  if (!protocol::send_message(arguments->socket, protocol::write_greeting(greeting))) return 1;
  serve(arguments->socket, sandbox->files_restricted, std::move(sandbox->free_memory));
  return 0;
}

}  // namespace
}  // namespace rucola::render::worker

int main(int count, char** arguments) {
  // No destructors of libraries: threads of theirs may still run, and there is nothing to tidy up.
  ::_exit(rucola::render::worker::run(
      std::span<char* const>(arguments, static_cast<std::size_t>(count)).subspan(1)));
}
