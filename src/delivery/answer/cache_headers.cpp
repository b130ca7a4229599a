#include "delivery/answer/cache_headers.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "catalog/tag_header.h"

namespace rucola::delivery {
namespace {

void add_tags(message::Response& response, const std::vector<std::string>& tags, const Settings& settings) {
  if (tags.empty()) return;
  for (const catalog::TagHeader& header : settings.tag_headers) {
    for (const std::string& line : catalog::lines_of(header, tags))
      response.headers.add(header.name, line);
  }
  const auto quoted = [](const std::string& tag) { return '"' + tag + '"'; };
  response.headers.add("Cache-Groups", joined(tags, ", ", quoted));  // RFC 9875: a list of strings
}

/// What a cache takes to store the answer counts as well: it starts counting when it has it.
constexpr std::int64_t slack_seconds = 1;

/// A browser, which no purge reaches, and a cache that gets none ask again after this time.
constexpr std::int64_t provisional_seconds = 3600;

/// For a shorter time than that of the settings.
std::string limited(const CacheRules& rules, std::int64_t left, const Settings& settings) {
  const std::int64_t longest = std::min(settings.max_age_seconds, left);
  const std::int64_t browser =
      rules.lasting == Lasting::until_moved ? std::min(rules.browser_max_age_seconds, longest) : longest;
  std::string text = "public, max-age=" + std::to_string(browser);
  if (browser != longest) text += ", s-maxage=" + std::to_string(longest);
  return text;
}

/// Until the end of the signature. Nobody may use the answer after it, whatever happens to the origin.
std::string until_end(const CacheRules& rules, const Settings& settings) {
  const std::int64_t left = *rules.good_for_seconds - slack_seconds;
  if (left <= 0) return "no-store";
  const std::int64_t longest = rules.provisional ? std::min(left, provisional_seconds) : left;
  return limited(rules, longest, settings) + ", must-revalidate";
}

/// Nobody may go on showing it once the image itself is there.
std::string for_a_moment(const CacheRules& rules, const Settings& settings) {
  const std::int64_t left = rules.good_for_seconds.value_or(INT64_MAX) - slack_seconds;
  if (left <= 0) return "no-store";
  const std::int64_t seconds = std::min(settings.negative_max_age_seconds, left);
  return "public, max-age=" + std::to_string(seconds) + ", must-revalidate";
}

std::string cache_control(const CacheRules& rules, const Settings& settings) {
  if (rules.lasting == Lasting::not_at_all) return "no-store";
  if (rules.stands_in) return for_a_moment(rules, settings);
  if (rules.good_for_seconds) return until_end(rules, settings);
  if (rules.provisional) return limited(rules, provisional_seconds, settings);
  const std::string long_time = std::to_string(settings.max_age_seconds);
  if (rules.lasting == Lasting::for_ever) return "public, max-age=" + long_time + ", immutable";
  // What moves is never immutable: a browser would not even ask again on reload.
  if (rules.browser_max_age_seconds == settings.max_age_seconds) return "public, max-age=" + long_time;
  return "public, max-age=" + std::to_string(rules.browser_max_age_seconds) + ", s-maxage=" + long_time;
}

std::string varies_on(const CacheRules& rules) {
  std::vector<std::string> headers;
  if (rules.varies_on_accept) headers.emplace_back("Accept");
  if (rules.varies_on_save_data) headers.emplace_back("Save-Data");
  return joined(headers);
}

}  // namespace

void add_cache_headers(message::Response& response, const CacheRules& rules, const Settings& settings) {
  response.headers.add("Cache-Control", cache_control(rules, settings));
  if (const std::string vary = varies_on(rules); !vary.empty()) response.headers.add("Vary", vary);
  if (rules.lasting != Lasting::not_at_all) add_tags(response, rules.tags, settings);
}

void add_error_cache_headers(message::Response& response, const std::vector<std::string>& tags,
                             const Settings& settings, std::optional<std::chrono::seconds> lasts) {
  const bool requests_fault = response.status >= 400 && response.status < 500 && response.status != 429;
  const bool is_remembered = response.status == 504 && lasts;
  if (!requests_fault && !is_remembered) return;  // error_response() said no-store
  const std::int64_t seconds =
      std::min(settings.negative_max_age_seconds, lasts ? lasts->count() : settings.negative_max_age_seconds);
  response.headers.set("Cache-Control", "public, max-age=" + std::to_string(seconds));
  add_tags(response, tags, settings);
}

}  // namespace rucola::delivery
