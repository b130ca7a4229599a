// Any bytes as the head of a request. What passes the gate is looked at a second time here, by rules written
// down anew: whatever two readers of one head could understand differently must not have passed.
#include "http/gate.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/property.h"
#include "http/beast_reader.h"
#include "http/request_parser.h"
#include "message/headers.h"
#include "message/response.h"

namespace {

using namespace rucola::http;
using rucola::fuzz::require;
using State = HeadScan::State;

/// As a connection does it: the scan goes on where it stopped, each time some bytes have come.
HeadScan scanned_in_pieces(std::string_view bytes, std::size_t piece_length) {
  HeadScan scan;
  std::size_t have = 0;
  rucola::fuzz::in_pieces(bytes, piece_length, [&](std::string_view piece) {
    have += piece.size();
    scan = scan_head(bytes.substr(0, have), scan.length);
    return scan.state == State::incomplete;
  });
  return scan;
}

std::vector<std::string_view> lines_of(std::string_view head) {
  std::vector<std::string_view> lines;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    require(end != std::string_view::npos, "every line of an accepted head ends with CRLF");
    lines.push_back(head.substr(0, end));
    head.remove_prefix(end + 2);
  }
  require(!lines.empty() && lines.back().empty(), "an accepted head ends with a blank line");
  lines.pop_back();
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

struct Framing {
  int hosts = 0;
  std::optional<std::string> length;
  std::optional<std::string> encoding;
};

void read_field(std::string_view line, Framing& framing) {
  require(!line.empty() && line.front() != ' ' && line.front() != '\t',
          "no field continues on a second line");
  const std::size_t colon = line.find(':');
  require(colon != std::string_view::npos && colon > 0, "every field has a name and a colon");
  const std::string_view name = line.substr(0, colon);
  require(name.find_first_of(" \t") == std::string_view::npos,
          "no space in a field's name or before its colon");
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    require(byte == '\t' || (byte >= 0x20 && byte != 0x7f), "no control character in a field");
  }
  const std::string value(trimmed(line.substr(colon + 1)));
  if (rucola::message::equal_ignoring_case(name, "Host")) ++framing.hosts;
  if (rucola::message::equal_ignoring_case(name, "Content-Length")) {
    require(!framing.length, "one Content-Length");
    framing.length = value;
  }
  if (rucola::message::equal_ignoring_case(name, "Transfer-Encoding")) {
    require(!framing.encoding, "one Transfer-Encoding");
    framing.encoding = value;
  }
}

void check_framing(const Head& head, const Framing& framing) {
  require(framing.hosts == 1 || (head.http_1_0 && framing.hosts == 0),
          "one Host, which only HTTP/1.0 may leave out");
  require(!framing.length || !framing.encoding, "never both framings");
  if (framing.encoding) {
    require(*framing.encoding == "chunked", "no encoding but chunked");
    require(!head.http_1_0, "no chunks in HTTP/1.0");
    require(head.framing == BodyFraming::chunked, "what is chunked is read as chunks");
  } else if (framing.length) {
    require(framing.length->find_first_not_of("0123456789") == std::string::npos, "a length is digits only");
    const std::string without_zeros =
        framing.length->substr(std::min(framing.length->find_first_not_of('0'), framing.length->size() - 1));
    require(std::to_string(head.content_length) == without_zeros,
            "the length is the number that was written");
    require(head.framing == BodyFraming::length, "what has a length is read by its length");
  } else {
    require(head.framing == BodyFraming::none, "what says nothing of a body has none");
  }
}

void check_accepted(std::string_view bytes, const Head& head) {
  const std::vector<std::string_view> lines = lines_of(bytes);
  const std::string first =
      std::string(head.method) + " " + std::string(head.target) + (head.http_1_0 ? " HTTP/1.0" : " HTTP/1.1");
  require(lines.front() == first, "the first line is method, target and version, one space between");
  for (const char c : head.target)
    require(c > ' ' && c < '\x7f' && c != '#', "a target is printable ASCII without a fragment");
  require(lines.size() - 1 <= header_fields_limit, "no more fields than the limit");
  Framing framing;
  for (std::size_t i = 1; i < lines.size(); ++i)
    read_field(lines[i], framing);
  check_framing(head, framing);
}

/// What the server goes by is what the gate has seen. Beast reads the same out of it, or refuses it.
void check_second_opinion(std::string_view bytes, const Head& head) {
  rucola::message::Request request;
  require(rucola::http::parse_head(bytes, request).has_value(), "what has passed can be read");
  require(rucola::message::name_of(request.method) == head.method, "all readers see the same method");
  const bool is_path = head.target.starts_with('/');
  require(!is_path || request.target == head.target, "all readers see the same target");
  require(request.headers.get("Transfer-Encoding").empty() || head.framing == BodyFraming::chunked,
          "all readers see the same framing");
  const auto other = read_by_beast(bytes);
  if (!other) return;
  require(other->method == head.method && other->target == head.target, "Beast sees the same first line");
  // The authority of a whole URL takes the Host field's place.
  require(!is_path || std::ranges::equal(other->fields, request.headers), "Beast sees the same fields");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = rucola::fuzz::text_of(data, size);
  const std::size_t piece_length = rucola::fuzz::take_piece_length(bytes);
  const HeadScan scan = scan_head(bytes, 0);
  if (scan.state == State::complete) {
    require(scan.length <= bytes.size(), "a head ends within its bytes");
    const HeadScan again = scanned_in_pieces(bytes, piece_length);
    require(again.state == State::complete && again.length == scan.length,
            "the end is found however the bytes arrive");
  }
  const std::string_view head_bytes = scan.state == State::complete ? bytes.substr(0, scan.length) : bytes;
  const auto head = check_head(head_bytes);
  if (!head) {
    require(rucola::message::http_status(head.error().code) >= 400, "a refusal has an error's status");
    return 0;
  }
  if (scan.state != State::complete) return 0;  // no such head comes here: the scan has refused it
  check_accepted(head_bytes, *head);
  check_second_opinion(head_bytes, *head);
  return 0;
}
