#include "http/multipart.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "message/headers.h"
#include "message/request.h"

namespace rucola::http {
namespace {

using message::equal_ignoring_case;

constexpr std::string_view read_more =
    " See RFC 7578, or send the form with a library that knows multipart/form-data.";

std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::bad_request,
              "The multipart body is malformed: " + std::string(what) + std::string(read_more));
}

bool is_boundary(std::string_view text) {
  static constexpr std::string_view special = "'()+_,-./:=? ";
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || special.contains(c);
  };
  return !text.empty() && text.size() <= 70 && text.back() != ' ' && std::ranges::all_of(text, allowed);
}

/// Cuts `name=value` or `name="quoted value"` with the semicolon before it from the front of `rest`. In a
/// quoted value a backslash escapes a quote or a backslash only: browsers once sent whole Windows paths
/// unescaped.
struct Parameter {
  std::string name;
  std::string value;
};

std::optional<Parameter> next_parameter(std::string_view& rest) {
  rest = trimmed(rest);
  if (!rest.starts_with(';')) return std::nullopt;
  rest = trimmed(rest.substr(1));
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  Parameter parameter{.name = std::string(trimmed(rest.substr(0, equals))), .value = {}};
  rest.remove_prefix(equals + 1);
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    parameter.value = trimmed(rest.substr(0, end));
    rest.remove_prefix(end);
    return parameter;
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return parameter;
    }
    if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) ++i;
    parameter.value += rest[i];
  }
  return std::nullopt;
}

/// `filename*=UTF-8''na%C3%AFve.jpg`: not for forms (RFC 7578, section 4.2), but some clients send it.
std::optional<std::string> decoded_extended_value(std::string_view value) {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos || !equal_ignoring_case(value.substr(0, first), "UTF-8"))
    return std::nullopt;
  return message::percent_decode(value.substr(second + 1));
}

Result<void> read_disposition(std::string_view value, PartHead& head) {
  const std::size_t end = std::min(value.find(';'), value.size());
  const std::string_view disposition = trimmed(value.substr(0, end));
  // curl says attachment in a form that it was told to call JSON.
  if (!equal_ignoring_case(disposition, "form-data") && !equal_ignoring_case(disposition, "attachment"))
    return malformed("a part's Content-Disposition must be form-data.");
  std::string_view rest = value.substr(end);
  bool named = false;
  std::optional<std::string> extended;
  while (const auto parameter = next_parameter(rest)) {
    if (equal_ignoring_case(parameter->name, "name")) {
      if (named) return malformed("a part has two names.");
      named = true;
      head.name = parameter->value;
    } else if (equal_ignoring_case(parameter->name, "filename")) {
      if (head.filename) return malformed("a part has two file names.");
      head.filename = parameter->value;
    } else if (equal_ignoring_case(parameter->name, "filename*")) {
      extended = decoded_extended_value(parameter->value);
    }
  }
  rest = trimmed(rest);
  if (!rest.empty() && rest != ";")
    return malformed("a part's Content-Disposition has a parameter without a value.");
  if (!named) return malformed("a part has no name.");
  if (extended) head.filename = std::move(extended);
  return {};
}

/// Forms are sent as they are; a base64 part stored as it comes would be a broken file.
bool is_identity_encoding(std::string_view value) {
  return equal_ignoring_case(value, "binary") || equal_ignoring_case(value, "8bit") ||
         equal_ignoring_case(value, "7bit");
}

/// `lines` are whole, each with its CRLF.
Result<PartHead> parse_part_head(std::string_view lines) {
  PartHead head;
  bool has_disposition = false;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(line.size() + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return malformed("a part's header holds a control character.");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.find_first_of(" \t") < colon) {
      return malformed("a part's header is not a name, a colon and a value.");
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equal_ignoring_case(name, "Content-Disposition")) {
      if (std::exchange(has_disposition, true))
        return malformed("a part has two Content-Disposition headers.");
      if (auto ok = read_disposition(value, head); !ok) return std::unexpected(ok.error());
    } else if (equal_ignoring_case(name, "Content-Type")) {
      head.content_type = value;
    } else if (equal_ignoring_case(name, "Content-Transfer-Encoding") && !is_identity_encoding(value)) {
      return malformed("the Content-Transfer-Encoding of a part may be binary, 8bit or 7bit only.");
    }
  }
  if (!has_disposition) return malformed("a part has no Content-Disposition header.");
  return head;
}

/// A parameter of a media type.
std::optional<std::string> parameter_of(std::string_view content_type, std::string_view name) {
  std::string_view rest = content_type.substr(std::min(content_type.find(';'), content_type.size()));
  while (auto parameter = next_parameter(rest)) {
    if (equal_ignoring_case(parameter->name, name)) return std::move(parameter->value);
  }
  return std::nullopt;
}

/// How many bytes at the end of `bytes` might be the beginning of `delimiter`.
std::size_t partial_delimiter(std::string_view bytes, std::string_view delimiter) {
  std::size_t length = std::min(bytes.size(), delimiter.size() - 1);
  while (length > 0 && bytes.substr(bytes.size() - length) != delimiter.substr(0, length))
    --length;
  return length;
}

/// memmem() is several times as fast as string_view::find(), which stops at every CR of an image.
std::size_t find(std::string_view bytes, std::string_view wanted) {
  const void* found = ::memmem(bytes.data(), bytes.size(), wanted.data(), wanted.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
}

}  // namespace

bool is_form(std::string_view content_type) {
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  return equal_ignoring_case(type, "multipart/form-data") ||
         (equal_ignoring_case(type, "application/json") && parameter_of(content_type, "boundary"));
}

Result<std::string> multipart_boundary(std::string_view content_type) {
  if (!is_form(content_type)) {
    return fail(ErrorCode::unsupported_media_type,
                "This route takes a body of the type multipart/form-data, such as `curl -F "
                "filedata=@photo.jpg` sends.");
  }
  if (auto boundary = parameter_of(content_type, "boundary"); boundary && is_boundary(*boundary))
    return *std::move(boundary);
  return malformed("its Content-Type has no boundary of 1 to 70 permitted characters.");
}

MultipartParser::MultipartParser(std::string_view boundary, PartSink& sink)
    : delimiter_("\r\n--" + std::string(boundary)), sink_(sink) {}

Result<void> MultipartParser::feed(std::string_view bytes) {
  std::string joined;
  if (!kept_.empty()) {
    joined = std::move(kept_.append(bytes));
    bytes = joined;
  }
  kept_.clear();
  for (;;) {
    const Result<bool> more = step(bytes);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  kept_ = bytes;
  return {};
}

Result<void> MultipartParser::finish() const {
  if (state_ == State::epilogue) return {};
  return malformed("it ends before its last delimiter.");
}

Result<bool> MultipartParser::step(std::string_view& bytes) {
  switch (state_) {
    case State::first_delimiter:
      return first_delimiter(bytes);
    case State::preamble:
      return preamble(bytes);
    case State::after_delimiter:
      return after_delimiter(bytes);
    case State::padding:
      return padding(bytes);
    case State::head:
      return head(bytes);
    case State::data:
      return data(bytes);
    case State::epilogue:
      bytes = {};
      return false;
  }
  return false;
}

Result<bool> MultipartParser::first_delimiter(std::string_view& bytes) {
  const std::string_view wanted = std::string_view(delimiter_).substr(2);
  const std::size_t compared = std::min(bytes.size(), wanted.size());
  if (bytes.substr(0, compared) != wanted.substr(0, compared)) {
    state_ = State::preamble;
    return true;
  }
  if (compared < wanted.size()) return false;
  bytes.remove_prefix(wanted.size());
  state_ = State::after_delimiter;
  return true;
}

/// Some mailers say here that a reader who sees this is too old. A boundary in the middle of a line is none,
/// and would cost the part behind it: that is said.
Result<bool> MultipartParser::preamble(std::string_view& bytes) {
  const std::string_view boundary = std::string_view(delimiter_).substr(2);
  const std::size_t found = find(bytes, boundary);
  if (found == std::string_view::npos) {
    // As much as a boundary that is not whole yet, and the end of the line before it.
    bytes.remove_prefix(bytes.size() - std::min(bytes.size(), delimiter_.size() - 1));
    return false;
  }
  if (found < 2 || !bytes.substr(found - 2).starts_with("\r\n"))
    return malformed("its first boundary does not begin a line.");
  bytes.remove_prefix(found + boundary.size());
  state_ = State::after_delimiter;
  return true;
}

/// A new line begins a part, two dashes end the body.
Result<bool> MultipartParser::after_delimiter(std::string_view& bytes) {
  if (bytes.empty() || bytes == "-") return false;
  if (bytes.starts_with("--")) {
    bytes.remove_prefix(2);
    state_ = State::epilogue;
  } else {
    state_ = State::padding;
  }
  return true;
}

/// Blanks that gateways may have added before the new line.
Result<bool> MultipartParser::padding(std::string_view& bytes) {
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t"), bytes.size()));
  if (bytes.empty() || bytes == "\r") return false;
  if (!bytes.starts_with("\r\n"))
    return malformed("a delimiter is followed by neither a new line nor two dashes.");
  bytes.remove_prefix(2);
  state_ = State::head;
  return true;
}

Result<bool> MultipartParser::head(std::string_view& bytes) {
  const std::string_view searched = bytes.substr(0, part_head_limit);
  const std::size_t blank = searched.starts_with("\r\n") ? 0 : find(searched, "\r\n\r\n");
  if (blank == std::string_view::npos) {
    if (bytes.size() < part_head_limit) return false;
    return malformed("the headers of a part are longer than " + std::to_string(part_head_limit) + " bytes.");
  }
  const std::size_t length = blank == 0 ? 0 : blank + 2;
  auto parsed = parse_part_head(bytes.substr(0, length));
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  bytes.remove_prefix(length + 2);
  if (auto ok = sink_.begin_part(std::move(*parsed)); !ok) return std::unexpected(ok.error());
  state_ = State::data;
  return true;
}

Result<bool> MultipartParser::data(std::string_view& bytes) {
  const std::size_t end = find(bytes, delimiter_);
  const bool whole = end != std::string_view::npos;
  const std::size_t length = whole ? end : bytes.size() - partial_delimiter(bytes, delimiter_);
  if (length > 0) {
    if (auto ok = sink_.part_data(bytes.substr(0, length)); !ok) return std::unexpected(ok.error());
  }
  bytes.remove_prefix(length);
  if (!whole) return false;
  bytes.remove_prefix(delimiter_.size());
  if (auto ok = sink_.end_part(); !ok) return std::unexpected(ok.error());
  state_ = State::after_delimiter;
  return true;
}

}  // namespace rucola::http
