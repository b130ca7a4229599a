// In place of rucola-worker, for what the server makes of a worker's answers and of its end. It draws nothing
// and is not confined. For how many threads it has memory, and what it does without, is the job's plan:
//
//   "says it from 2 threads on"   answers that memory ran out
//   "ends from 2 threads on"      ends for want of memory
//
// Any other job is answered with its number of threads, and how many jobs this process has had.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <span>
#include <string_view>

#include "render/protocol/messages.h"
#include "render/protocol/out_of_memory.h"
#include "render/protocol/socket.h"

namespace rucola::render::protocol {
namespace {

int number_in(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Reply reply_to(const Job& job, int jobs) {
  Reply reply;
  if (job.plan.starts_with("says") && job.threads >= number_in(job.plan)) {
    reply.error = out_of_memory("as the test wants it");
  } else {
    reply.measured = {static_cast<double>(job.threads), static_cast<double>(jobs)};
  }
  return reply;
}

int serve(int socket) {
  if (!send_message(socket, write_greeting({.vips_version = "none", .missing = {}}))) return 1;
  for (int jobs = 1;; ++jobs) {
    const Result<Message> message = receive_message(socket);
    if (!message) return 0;
    const Result<Job> job = read_job(message->text);
    if (!job) return 1;
    if (job->plan.starts_with("ends") && job->threads >= number_in(job->plan)) return out_of_memory_exit;
    if (!send_message(socket, write_reply(reply_to(*job, jobs)))) return 1;
  }
}

}  // namespace
}  // namespace rucola::render::protocol

int main(int count, char** arguments) {
  for (const std::string_view argument : std::span(arguments, static_cast<std::size_t>(count))) {
    if (argument.starts_with("--socket="))
      return rucola::render::protocol::serve(rucola::render::protocol::number_in(argument));
  }
  return 2;
}
