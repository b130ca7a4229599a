#include "security/url_signature.h"

#include <algorithm>
#include <vector>

#include <boost/json/object.hpp>

#include "base/hashing.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/percent_encoding.h"
#include "base/time_text.h"

namespace rucola::security {
namespace {

constexpr std::size_t signature_length = 16;
constexpr std::string_view signature_name = "sig";
constexpr std::string_view options_name = "sigopts";

std::unexpected<Error> refused(const std::string& why) {
  return fail(ErrorCode::forbidden, why + " docs/protection.md says how URLs are signed.");
}

std::vector<std::string_view> pairs_of(std::string_view query) {
  std::vector<std::string_view> pairs;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    pairs.push_back(pair);
  }
  return pairs;
}

std::string_view written_name(std::string_view pair) {
  return pair.substr(0, pair.find('='));
}

std::string_view value_of(std::string_view pair) {
  return pair.substr(std::min(written_name(pair).size() + 1, pair.size()));
}

/// What the name means, however it is escaped: `%73igopts` must not be an end that nobody sees.
std::string name_of(std::string_view pair) {
  const std::string_view written = written_name(pair);
  return form_decode(written).value_or(std::string(written));
}

std::string joined(std::string_view path, const std::vector<std::string>& pairs) {
  std::string text(path);
  char separator = '?';
  for (const std::string& pair : pairs) {
    text.append(1, separator).append(pair);
    separator = '&';
  }
  return text;
}

void append_escaped(std::string& text, char c) {
  text += '%';
  append_hex(text, static_cast<unsigned char>(c), upper_hex_digits);
}

/// What the URL standard escapes in a path, and what would mean something else if it were not escaped.
bool stays_escaped_in_path(char c) {
  return c <= ' ' || c >= '\x7f' || std::string_view("\"#<>?`{}%/\\").contains(c);
}

/// A path as browsers write it. Nothing where its escapes are broken.
std::optional<std::string> browser_path(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const bool escape = path.front() == '%';
    const auto decoded = percent_decode(path.substr(0, escape ? 3 : 1));
    if (!decoded) return std::nullopt;
    const char c = decoded->front();
    const bool plain_slash = c == '/' && !escape;
    if (stays_escaped_in_path(c) && !plain_slash) {
      append_escaped(text, c);
    } else {
      text += c;
    }
    path.remove_prefix(escape ? 3 : 1);
  }
  return text;
}

/// As the URL standard serialises forms.
std::string form_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("*-._").contains(c);
    if (kept) {
      encoded += c;
    } else if (c == ' ') {
      encoded += '+';
    } else {
      append_escaped(encoded, c);
    }
  }
  return encoded;
}

/// One `name=value` as browsers write it. Nothing where its escapes are broken.
std::optional<std::string> browser_pair(std::string_view pair) {
  const auto name = form_decode(written_name(pair));
  const auto value = form_decode(value_of(pair));
  if (!name || !value) return std::nullopt;
  return form_encode(*name) + "=" + form_encode(*value);
}

/// Empty pairs go too: a browser's form has none.
std::optional<std::string> browser_spelling(std::string_view path,
                                            const std::vector<std::string_view>& pairs) {
  const auto spelled = browser_path(path);
  if (!spelled) return std::nullopt;
  std::vector<std::string> kept;
  for (const std::string_view pair : pairs) {
    if (pair.empty()) continue;
    auto one = browser_pair(pair);
    if (!one) return std::nullopt;
    kept.push_back(std::move(*one));
  }
  return joined(*spelled, kept);
}

/// The texts that a signature of this URL may be over.
std::vector<std::string> signed_texts(std::span<const std::string_view> paths,
                                      const std::vector<std::string_view>& pairs) {
  const std::vector<std::string> as_sent(pairs.begin(), pairs.end());
  std::vector<std::string> texts;
  for (const std::string_view path : paths) {
    texts.push_back(joined(path, as_sent));
    if (auto spelled = browser_spelling(path, pairs)) texts.push_back(std::move(*spelled));
  }
  return texts;
}

bool is_signed(const std::vector<std::string>& texts, std::span<const std::string> keys,
               std::string_view signature) {
  bool found = false;
  for (const std::string& key : keys) {
    for (const std::string& text : texts)
      found |= equal_in_constant_time(url_signature(text, key), signature);
  }
  return found;
}

/// The value of the only pair of that name; nothing where there is none.
Result<std::optional<std::string_view>> single(const std::vector<std::string_view>& pairs,
                                               std::string_view name) {
  const auto found = std::ranges::find(pairs, name, name_of);
  if (found == pairs.end()) return std::nullopt;
  if (std::ranges::count(pairs, name, name_of) > 1) {
    return refused("The URL has \"" + std::string(name) + "\" more than once; it may stand there once.");
  }
  return value_of(*found);
}

Result<std::optional<Time>> until_of(std::string_view options) {
  const auto malformed = [] {
    return refused(
        R"("sigopts" in the URL must be a URL-encoded JSON object like {"until":"2050-02-08T07:05:00Z"}.)");
  };
  const auto text = form_decode(options);
  if (!text) return malformed();
  const auto json = parse_json(*text);
  if (!json || !json->is_object()) return malformed();
  std::optional<Time> until;
  for (const auto& [name, value] : json->get_object()) {
    // An option that we don't know is a limit that we can't keep.
    if (name != "until") {
      return refused("The option \"" + std::string(name) +
                     R"(" of "sigopts" in the URL is not known; the only one is "until".)");
    }
    if (!value.is_string()) return malformed();
    until = parse_time(std::string_view(value.get_string()));
    if (!until) {
      return refused(
          R"("until" in the URL's "sigopts" must be a date, best as ISO 8601: 2050-02-08T07:05:00Z.)");
    }
  }
  return until;
}

}  // namespace

std::string url_signature(std::string_view path_and_query, std::string_view key) {
  std::string text(path_and_query);
  text.append(":").append(key);
  return sha256_hex(text).substr(0, signature_length);
}

std::string sign_url(std::string_view path, std::string_view query, std::optional<Time> until,
                     std::string_view key) {
  auto pairs = pairs_of(query);
  std::erase_if(pairs, [](std::string_view pair) {
    return name_of(pair) == signature_name || name_of(pair) == options_name;
  });
  std::string limit;
  if (until) {
    limit.append(options_name)
        .append("=")
        .append(form_encode(R"({"until":")" + format_rfc3339(*until) + R"("})"));
    pairs.push_back(limit);
  }
  const auto spelled = browser_spelling(path, pairs);
  std::string url = spelled ? *spelled : joined(path, {pairs.begin(), pairs.end()});
  const std::string signature = url_signature(url, key);
  return url.append(url.contains('?') ? "&" : "?").append(signature_name).append("=").append(signature);
}

Result<std::optional<Time>> verify_url(std::span<const std::string_view> paths, std::string_view query,
                                       std::span<const std::string> keys, Time at) {
  auto pairs = pairs_of(query);
  const auto signature = single(pairs, signature_name);
  if (!signature) return std::unexpected(signature.error());
  if (!*signature) return refused("The URL needs a signature (the query parameter \"sig\"), and has none.");
  if ((*signature)->size() != signature_length || !is_lower_hex(**signature)) {
    return refused("The URL's signature (\"sig\") is malformed: it is 16 lower-case hex characters.");
  }
  std::erase_if(pairs, [](std::string_view pair) { return name_of(pair) == signature_name; });
  if (!is_signed(signed_texts(paths, pairs), keys, **signature)) {
    return refused(
        "The URL's signature (\"sig\") does not fit: the URL was changed after it was signed, or signed with "
        "another key.");
  }
  const auto options = single(pairs, options_name);
  if (!options) return std::unexpected(options.error());
  if (!*options) return std::nullopt;
  const auto until = until_of(**options);
  if (!until) return std::unexpected(until.error());
  if (*until && **until <= at)
    return refused("The signed URL was good until " + format_rfc3339(**until) + ".");
  return *until;
}

}  // namespace rucola::security
