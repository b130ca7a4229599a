#include "delivery/url/render_url.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "catalog/names.h"
#include "message/request.h"

namespace rucola::delivery {
namespace {

constexpr std::string_view form =
    "A render URL is /{stack}/[{modifiers}/]{image}[/{slug}].{format}, for example /thumb/-_logo_-.jpg.";

/// rokka's JavaScript client asks for /_albums/{name}/all.json; no stack has such a name.
constexpr std::string_view albums = "_albums";

std::unexpected<Error> malformed(const std::string& what) {
  return fail(ErrorCode::bad_request, what + " " + std::string(form));
}

/// Is a text that is read bit by bit inside of square brackets? Quotes count as render::bracketed_length()
/// has them.
class Brackets {
 public:
  void read(std::string_view text) {
    for (const char c : text)
      read(c);
  }
  [[nodiscard]] bool are_open() const { return depth_ > 0; }

 private:
  void read(char c) {
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (quote_ != 0) {
      is_escaped_ = c == '\\';
      if (c == quote_) quote_ = 0;
    } else if (are_open() && (c == '"' || c == '\'')) {
      quote_ = c;
    } else if (c == '[') {
      ++depth_;
    } else if (c == ']' && are_open()) {
      --depth_;
    }
  }

  int depth_ = 0;
  char quote_ = 0;
  bool is_escaped_ = false;
};

/// A slash in an expression, as that in `[image.width/2]`, separates nothing. In one go: URLs may have
/// thousands of slashes and brackets.
void join_expressions(std::vector<std::string>& segments) {
  std::vector<std::string> joined;
  Brackets brackets;
  std::string text;
  std::size_t first = 0;  // of what is being joined
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string piece = (i > first ? "/" : "") + segments[i];
    brackets.read(piece);
    text += piece;
    if (brackets.are_open()) continue;
    joined.push_back(std::exchange(text, {}));
    first = i + 1;
  }
  // Where a bracket is never closed, slashes are slashes again.
  joined.insert(joined.end(), segments.begin() + static_cast<std::ptrdiff_t>(first), segments.end());
  segments = std::move(joined);
}

/// The segments, each percent-decoded once.
Result<std::vector<std::string>> split(std::string_view path) {
  std::vector<std::string> segments;
  // More than one slash at the beginning count as one: scripts join a host and a path that way.
  while (path.starts_with('/'))
    path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    auto segment = message::percent_decode(path.substr(0, slash));
    if (!segment) return malformed("The URL has a broken percent-encoding.");
    segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  join_expressions(segments);
  return segments;
}

bool is_alias_form(std::string_view segment) {
  return segment.size() >= 4 && segment.starts_with("-_") && segment.ends_with("_-");
}

/// Up to the first segment that ends with a hyphen. `over_aliases`: `-_name_-` ends nothing, as in a URL of
/// our own.
std::optional<std::string> take_remote(const std::vector<std::string>& segments, std::size_t& index,
                                       bool over_aliases) {
  std::string text = segments[index].substr(1);
  for (std::size_t next = index; next < segments.size(); ++next) {
    if (next > index) text += '/' + segments[next];
    if (text.size() < 2 || !text.ends_with('-')) continue;
    if (over_aliases && next > index && is_alias_form(segments[next])) continue;
    index = next;
    text.pop_back();
    return text;
  }
  return std::nullopt;
}

/// A remote image goes from the hyphen that a segment starts with to one that a segment ends with.
std::optional<std::string> take_remote(const std::vector<std::string>& segments, std::size_t& index) {
  if (!segments[index].starts_with('-') || is_alias_form(segments[index])) return std::nullopt;
  auto remote = take_remote(segments, index, true);
  return remote ? remote : take_remote(segments, index, false);
}

bool is_image(std::string_view segment) {
  return is_alias_form(segment) || catalog::is_hash_or_prefix(segment);
}

}  // namespace

bool operates(const RenderUrl& url) {
  return std::ranges::any_of(url.overrides.operations, [](const auto& call) { return call.name != "noop"; });
}

Result<ImageReference> parse_image_reference(std::string_view segment) {
  if (is_alias_form(segment)) {
    const std::string_view name = segment.substr(2, segment.size() - 4);
    if (!catalog::is_alias_name(name)) {
      return fail(ErrorCode::not_found,
                  "There is no such alias: names consist of 1 to 255 letters, digits and "
                  "underscores.");
    }
    return ImageReference{ImageReference::Kind::alias, std::string(name)};
  }
  if (catalog::is_hash_or_prefix(segment)) {
    return ImageReference{ImageReference::Kind::hash, std::string(segment)};
  }
  return malformed("\"" + std::string(segment) +
                   "\" is neither a modifier nor an image (a hash of 6 to 40 lower-case hex characters, or "
                   "-_alias_-, or -path/of/a/remote/image-).");
}

Result<RenderUrl> parse_render_path(std::string_view path) {
  auto segments = split(path);
  if (!segments) return std::unexpected(segments.error());
  if (segments->size() < 2) return malformed("The URL is too short.");

  RenderUrl url;
  url.stack = segments->front();
  if (url.stack == albums)
    return fail(
        ErrorCode::not_implemented,
        "This server makes no lists of albums; GET /sourceimages/{organization}?user:array:albums=… with a "
        "key lists the images of one.");
  if (url.stack != "dynamic" && !catalog::is_stack_name(url.stack)) {
    return fail(ErrorCode::not_found,
                "There is no such stack: names consist of letters, digits, '-' and '_'.");
  }

  std::string& last = segments->back();
  const std::size_t dot = last.rfind('.');
  if (dot == std::string::npos) return malformed("The URL does not end in a format.");
  url.format = last.substr(dot + 1);
  last.resize(dot);

  std::size_t index = 1;
  while (index < segments->size() && !is_image((*segments)[index]) &&
         render::looks_like_overrides((*segments)[index])) {
    if (auto added = render::add_overrides((*segments)[index], url.overrides); !added) {
      return std::unexpected(added.error());
    }
    ++index;
  }
  if (index == segments->size()) return malformed("The URL names no image.");
  if (auto remote = take_remote(*segments, index)) {
    url.image = {ImageReference::Kind::remote, std::move(*remote)};
  } else {
    auto image = parse_image_reference((*segments)[index]);
    if (!image) return std::unexpected(image.error());
    url.image = std::move(*image);
  }
  // What may follow is one slug. It is for people and search engines (and, as v1, for a fresh URL past a
  // CDN); the render does not depend on it.
  if (segments->size() > index + 2) return malformed("Only one slug may follow the image.");
  url.has_slug = segments->size() == index + 2;
  if (url.has_slug) url.slug = segments->back();
  return url;
}

std::optional<RenderTarget> find_render_target(std::string_view host, std::string_view path,
                                               std::string_view render_domain) {
  if (host.size() > render_domain.size() + 1 && host.ends_with(render_domain) &&
      host[host.size() - render_domain.size() - 1] == '.') {
    const std::string_view label = host.substr(0, host.size() - render_domain.size() - 1);
    if (label != catalog::api_label) return RenderTarget{std::string(label), path};
  }
  constexpr std::string_view prefix = "/render/";
  if (!path.starts_with(prefix)) return std::nullopt;
  const std::string_view rest = path.substr(prefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return RenderTarget{std::string(rest), {}};
  return RenderTarget{std::string(rest.substr(0, slash)), rest.substr(slash)};
}

}  // namespace rucola::delivery
