// A request as handlers see it: nothing of sockets and parsers. http/ makes it, api/ and delivery/ read it.
//
// Threads: built on an event loop, then handed over; no one writes to it afterwards. Ownership: owns all its
// text and its uploaded files (a file that no handler takes is removed with the request).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/departure.h"
#include "base/percent_encoding.h"
#include "base/spool.h"
#include "message/caller.h"
#include "message/headers.h"

namespace rucola::message {

enum class Method { get, head, post, put, patch, delete_, options, copy };
inline constexpr std::size_t method_count = 8;

/// "GET" …; the wire form.
std::string_view name_of(Method method);
std::optional<Method> parse_method(std::string_view name);
/// "GET, HEAD, …", all of them.
const std::string& method_list();

/// One part of a multipart/form-data body: a small text field, or a file that was streamed to the spool.
struct Part {
  std::string name;      ///< the field's name, such as "filedata" or "meta_user[0]"
  std::string filename;  ///< as plain_file_name() has it; only ever shown, never a path
  std::string text;      ///< the value of a text field
  std::optional<SpooledFile> file;
};

struct Request {
  Method method = Method::get;
  std::string id;      ///< what X-Request-Id says of it, to the client and in the log
  std::string target;  ///< as on the wire: path and query, percent-encoded
  std::string path;    ///< the target's path without path_prefix, still percent-encoded
  std::string query;   ///< the target's query without '?', still percent-encoded
  /// "/img" where clients see the server below that path: what they are sent, Location above all, begins with
  /// it. Mostly empty; never ends in '/', and is of harmless characters.
  std::string path_prefix{};
  std::string host;     ///< lower case, without a port; empty where HTTP/1.0 sent none
  std::string client;   ///< the client's address: the socket's, or what a trusted proxy says
  bool secure = false;  ///< the client spoke TLS to us or to a trusted proxy
  /// Whose share it takes where something is waited for: the organization that its caller was let into;
  /// before that, and for renders, what the client is thought to own of the network. Empty: nobody's, such as
  /// that of a trusted proxy that names no client.
  std::string share;
  /// The client's: what nobody waits for any more need not be done. Null where nobody notices.
  std::shared_ptr<Departure> departure{};
  Headers headers;
  Caller caller;                                                ///< what the route's authorization found out
  std::string body;                                             ///< a route with a JSON body
  std::vector<Part> parts;                                      ///< a route with a multipart body
  std::map<std::string, std::string, std::less<>> path_values;  ///< "{org}" of the pattern, percent-decoded

  /// The path as the client has it in its URL.
  [[nodiscard]] std::string client_path() const { return path_prefix + path; }
  [[nodiscard]] const std::string& path_value(std::string_view name) const;
  /// The decoded value of a query parameter; nothing if it is absent.
  [[nodiscard]] std::optional<std::string> query_value(std::string_view name) const;
  /// Names and values of the query in the order they came, decoded; nothing where one can't be.
  [[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> query_fields() const;
};

using rucola::percent_decode;
using rucola::percent_encode;

}  // namespace rucola::message
