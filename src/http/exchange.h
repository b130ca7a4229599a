// One request on its way to an answer, and the steps that lead there: preflight, renderer, or a route with
// its authorization, its body and its handler.
//
// Threads: an Exchange belongs to its connection's loop, but for the time that a call on an executor has it.
// Errors: answer_request() always ends in an answer, or in the knowledge that the client is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/asio_types.h"
#include "http/body_budget.h"
#include "http/gate.h"
#include "http/loop.h"
#include "http/telemetry.h"
#include "http/wire.h"
#include "message/request.h"
#include "message/response.h"

namespace rucola::http {

struct Exchange {
  message::Request request;
  Clock::time_point started;
  BodyFraming framing = BodyFraming::none;
  std::uint64_t content_length = 0;
  bool expects_continue = false;
  bool conditional = false;
  bool body_read = true;         ///< nothing of this request is left on the wire
  bool keep_alive = true;        ///< another request may follow
  bool says_keep_alive = false;  ///< the client speaks HTTP/1.0 and must be told
  /// Of an answer that is streamed, from before it is known what is in it until it is sent.
  std::optional<BodyBudget::Ticket> stream_place{};
};

struct Answer {
  message::Response response;
  Service service = Service::api;
  bool client_gone = false;
};

Task<Answer> answer_request(Loop& loop, Wire& wire, Exchange& exchange);

}  // namespace rucola::http
