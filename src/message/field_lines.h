// An answer's own header fields, as lines: those of its handler and its validators. Of answers that are sent
// often they are written once.
//
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>

namespace rucola::message {

struct Response;

struct FieldLines {
  std::string text;               ///< whole lines; first those that describe a body
  std::size_t bytes_of_body = 0;  ///< how long these are
};

enum class Fields {
  all,
  without_those_of_the_body,  ///< as a 304 has them: RFC 9110, section 15.4.5
};

/// Appends to `out`. What only http/ may say (Date, Server, X-Request-Id, Connection, Content-Length,
/// Transfer-Encoding and others) is left out; a control character in a value becomes a space, so that no
/// value can forge a header.
void append_fields(std::string& out, const Response& response, Fields which);

/// Writes them once, for all times that the answer is sent. Nothing in it may change afterwards.
void write_fields(Response& response);

}  // namespace rucola::message
