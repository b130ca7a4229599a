// The bytes before an answer's body: status line, the handler's headers, and those that every answer has.
//
// Thread-safe: a pure function.
#pragma once

#include <string>
#include <string_view>

#include "message/conditional.h"
#include "message/response.h"

namespace rucola::http {

using message::Selection;

enum class ConnectionField { none, close, keep_alive };

struct HeadFrame {
  std::string_view date;        ///< as format_http_date() writes it
  std::string_view request_id;  ///< is_request_id()
  ConnectionField connection = ConnectionField::none;
  bool chunked = false;  ///< a streamed body is sent in chunks; else it has no length at all
};

/// Appends to `out`. Content-Length is the length of what `selection` takes, also where HEAD will drop it; a
/// streamed body has none.
void append_response_head(std::string& out, const message::Response& response, const Selection& selection,
                          const HeadFrame& frame);

/// What to send in place of `response` for a selection that has no body of its own: 412 and 416.
message::Response refusal_of(const Selection& selection, const message::Response& response);

/// The answer to every OPTIONS: browsers ask it before they send an API call (CORS preflight). `allow`: what
/// the path offers, as the Allow field has it; empty where it is no route.
message::Response preflight_response(const std::string& allow);

}  // namespace rucola::http
