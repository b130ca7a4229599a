#include "vision/provider.h"

#include <utility>

namespace rucola::vision {
namespace {

constexpr std::chrono::seconds try_again_after{10};

std::unexpected<Error> shutting_down() {
  return std::unexpected(Error{.code = ErrorCode::overloaded,
                               .message = {"The server is shutting down. Try again in a moment."},
                               .retry_after = std::chrono::seconds{1}});
}

std::unexpected<Error> nobody_waits() {
  return fail(ErrorCode::overloaded, "Whoever wanted to know of the picture has left.");
}

Error failure_of(Error error) {
  if (error.code == ErrorCode::timed_out) {
    return {.code = ErrorCode::timed_out,
            .message = {"The service that describes pictures took too long."},
            .detail = {std::move(error.message.text)},
            .retry_after = try_again_after};
  }
  return {.code = ErrorCode::overloaded,
          .message = {"The service that describes pictures can't be reached."},
          .detail = {std::move(error.message.text)},
          .retry_after = try_again_after};
}

}  // namespace

Result<void> Provider::is_there() const {
  if (!settings_.url.empty()) return {};
  return fail(
      ErrorCode::not_implemented,
      "This server has nobody who describes or labels pictures: its operator names a service with the "
      "setting vision.url (docs/descriptions.md).");
}

Result<Opinion> Provider::ask_blocking(const Question& question,
                                       const std::shared_ptr<Departure>& departure) {
  if (auto there = is_there(); !there) return std::unexpected(std::move(there.error()));
  HttpRequest request{.method = "POST",
                      .url = settings_.url,
                      .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                      .body = body_of(question)};
  if (!settings_.secret.empty()) request.headers.emplace_back("Authorization", "Bearer " + settings_.secret);
  const auto client = std::make_shared<HttpClient>(settings_.timeout);
  {
    const Lock lock(mutex_);
    if (cancelled_) return shutting_down();
    under_way_.insert(client.get());
  }
  if (departure) {
    departure->then([asking = std::weak_ptr(client)] {
      if (const auto still = asking.lock()) still->cancel();
    });
  }
  const auto answer = client->send(request);
  const Lock lock(mutex_);
  under_way_.erase(client.get());
  if (cancelled_) return shutting_down();
  if (!answer && has_left(departure)) return nobody_waits();
  if (!answer) return std::unexpected(failure_of(answer.error()));
  return opinion_of(question, *answer);
}

void Provider::cancel() {
  const Lock lock(mutex_);
  cancelled_ = true;
  for (HttpClient* client : under_way_)
    client->cancel();
}

}  // namespace rucola::vision
