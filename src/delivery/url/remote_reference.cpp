#include "delivery/url/remote_reference.h"

#include <algorithm>
#include <optional>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <re2/re2.h>

#include "base/ascii.h"
#include "base/hex.h"
#include "delivery/url/base_path.h"
#include "render/operations/option_schema.h"
#include "render/stack/options.h"

namespace rucola::delivery {
namespace {

constexpr std::size_t longest_url = 2048;

std::unexpected<Error> not_allowed(const std::string& what) {
  return fail(ErrorCode::forbidden, what + " docs/remote-images.md says how remote images are allowed.");
}

Result<void> check_length(std::size_t bytes) {
  if (bytes <= longest_url) return {};
  return fail(ErrorCode::bad_request,
              "The URL of the remote image is longer than " + std::to_string(longest_url) + " bytes.");
}

/// Where the scheme ends: proxies make one slash of two.
std::optional<std::size_t> scheme_length(std::string_view text) {
  for (const std::string_view scheme : {"https:", "http:"}) {
    const bool has_it = equal_ignoring_case(text.substr(0, scheme.size()), scheme);
    if (has_it && text.substr(scheme.size()).starts_with('/')) return scheme.size();
  }
  return std::nullopt;
}

/// With what a URL can't hold percent-encoded; what is encoded already stays as it is.
std::string encoded(std::string_view text) {
  static constexpr std::string_view forbidden = "\"<>\\^`{|} ";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && !forbidden.contains(c)) {
      result += c;
    } else {
      result += '%';
      append_hex(result, byte, upper_hex_digits);
    }
  }
  return result;
}

/// Up to the port or the path; an IPv6 address with its brackets.
std::string_view host_of(std::string_view after_slashes) {
  const std::size_t bracket = after_slashes.find(']');
  if (after_slashes.starts_with('[') && bracket != std::string_view::npos)
    return after_slashes.substr(0, bracket + 1);
  return after_slashes.substr(0, after_slashes.find_first_of("/:?#"));
}

Result<std::string> full_url(std::string_view reference, std::size_t scheme, const RemotePolicy& policy) {
  if (!policy.full_urls) {
    return not_allowed(
        "Images of other servers are not allowed here: neither the organization nor the stack "
        "has the option \"remote_fullurl_allow\".");
  }
  std::string_view rest = reference.substr(scheme);
  rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  const std::string_view host = host_of(rest);
  // Nothing that two readers of a URL could take for different hosts.
  if (rest.find('@') < rest.find('/') || rest.contains('\\') || host.contains('%')) {
    return fail(ErrorCode::bad_request,
                "The URL of the remote image may hold no user name, no backslash and no encoded host.");
  }
  if (!policy.hosts.empty() && !is_on_list(host, policy.hosts)) {
    return not_allowed("Images of the server \"" + std::string(host) +
                       "\" are not allowed here: it is not on the list \"remote_fullurl_whitelist\".");
  }
  return lower(reference.substr(0, scheme)) + "//" + encoded(rest);
}

Result<std::string> under_base(std::string_view path, const RemotePolicy& policy) {
  if (policy.base.empty()) {
    return not_allowed(
        "Remote images are not allowed here: neither the organization nor the stack has the "
        "option \"remote_basepath\".");
  }
  if (auto fits = check_length(path.size()); !fits) return std::unexpected(fits.error());
  const std::string decoded = decoded_throughout(std::string(path));
  if (may_climb(decoded) || decoded.contains('\\') || path.find_first_of("?#") != std::string_view::npos) {
    return fail(ErrorCode::bad_request,
                "The path of a remote image may hold no segment \".\" or \"..\", however it is encoded and "
                R"(whatever follows it (as in "..;/"), and no "\", "?" and "#".)");
  }
  const bool joined = policy.base.ends_with('/');
  return policy.base + (joined ? "" : "/") + encoded(path);
}

std::vector<std::string> texts(const boost::json::value& list) {
  std::vector<std::string> result;
  if (!list.is_array()) return result;
  for (const boost::json::value& text : list.get_array())
    result.emplace_back(text.as_string());
  return result;
}

}  // namespace

RemotePolicy remote_policy(const catalog::OrganizationOptions& organization, const render::Options& stack) {
  const render::OptionReader reader(render::stack_options(), stack);
  RemotePolicy policy{.full_urls = organization.remote_fullurl_allow,
                      .hosts = organization.remote_fullurl_whitelist,
                      .base = organization.remote_basepath};
  if (reader.is_given("remote_fullurl_allow")) policy.full_urls = reader.boolean("remote_fullurl_allow");
  if (reader.is_given("remote_fullurl_whitelist"))
    policy.hosts = texts(reader.structure("remote_fullurl_whitelist"));
  if (reader.is_given("remote_basepath")) policy.base = reader.text("remote_basepath");
  return policy;
}

bool is_on_list(std::string_view host, const std::vector<std::string>& list) {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  return std::ranges::any_of(list, [&](const std::string& pattern) {
    const RE2 compiled(pattern, options);
    return compiled.ok() && RE2::PartialMatch(re2::StringPiece(host.data(), host.size()), compiled);
  });
}

bool is_full_url(std::string_view reference) {
  return scheme_length(reference).has_value();
}

Result<std::string> remote_url(std::string_view reference, const RemotePolicy& policy) {
  const auto scheme = scheme_length(reference);
  auto url = scheme ? full_url(reference, *scheme, policy) : under_base(reference, policy);
  if (!url) return url;
  if (auto fits = check_length(url->size()); !fits) return std::unexpected(fits.error());
  return url;
}

}  // namespace rucola::delivery
