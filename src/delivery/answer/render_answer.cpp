#include "delivery/answer/render_answer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

#include "catalog/organization_options.h"
#include "delivery/answer/cache_headers.h"
#include "delivery/answer/file_name.h"
#include "delivery/look_up/stored_image.h"
#include "delivery/make/background_renders.h"
#include "delivery/planning/iiif_info.h"
#include "message/content_disposition.h"

namespace rucola::delivery {
namespace {

using message::Response;

/// A change has its time before its commit can be seen: at most so long before, unless a disk stalls.
constexpr std::chrono::seconds longest_commit{2};

/// The whole second from which on a date tells `changed` from every later change: whoever reads the catalog
/// in it, or after it, sees all changes whose time lies before it, and the next change has a later such
/// second.
Time tells_from(Time changed) {
  return std::chrono::floor<std::chrono::seconds>(changed) + std::chrono::seconds{1} + longest_commit;
}

/// The date that all answers with these bytes say, the first one too: StoredRender::rendered lies before what
/// those who waited for them had looked up. No answer compares it that was looked up before it, and every
/// change that an answer does not know of has a later one.
Time modified_of(Time rendered, const Resolved& resolved) {
  return std::max(
      std::chrono::time_point_cast<Time::duration>(std::chrono::floor<std::chrono::seconds>(rendered)),
      tells_from(resolved.depends_on_changes_until));
}

/// Last-Modified counts whole seconds: a client that was answered in the second of a move would hold a date
/// that still matches after the next. Before the date can tell them apart the header says "now", which lies
/// before it, and is no validator; the ETag is one from the start. What no date tells from what comes after
/// it has none, not even "now", which would match an older picture that shows again.
void add_last_modified(Response& response, Time rendered, const AnswerFacts& facts) {
  if (!facts.resolved.is_dated) return;
  const Time modified = modified_of(rendered, facts.resolved);
  if (modified <= facts.looked_up) {
    response.last_modified = modified;
  } else {
    response.headers.add("Last-Modified", format_http_date(facts.looked_up));
  }
}

CacheRules rules_of(const Resolved& resolved, const Settings& settings) {
  CacheRules rules;
  const bool may_change = resolved.alias || resolved.uses_alias || resolved.lacks_linked;
  rules.lasting = resolved.preview ? Lasting::not_at_all
                  : may_change     ? Lasting::until_moved
                                   : Lasting::for_ever;
  rules.browser_max_age_seconds = catalog::options_of(resolved.organization)
                                      .alias_browser_max_age.value_or(settings.alias_browser_max_age_seconds);
  rules.tags = resolved.tags;
  rules.stands_in = resolved.instead_of.has_value();
  if (resolved.good_until) {
    rules.good_for_seconds = std::chrono::floor<std::chrono::seconds>(*resolved.good_until - now()).count();
  }
  return rules;
}

void add_attachment(Response& response, std::string_view name) {
  response.headers.add("Content-Disposition", message::content_disposition("attachment", name));
}

std::string name_of_render(const AnswerFacts& facts, std::string_view extension) {
  return file_name(facts.url.url.slug, facts.resolved.image, extension);
}

void add_iiif_links(Response& response, const AnswerFacts& facts) {
  if (!facts.url.iiif) return;
  const render::Size size{facts.resolved.image.width, facts.resolved.image.height};
  response.headers.add("Link", iiif_links(*facts.url.iiif, facts.asked.request.client_path(), size));
}

void add_draw_only_policy(Response& response) {
  response.headers.add("Content-Security-Policy", std::string(message::draw_only_policy));
}

/// A drawing may have been uploaded packed (SVGZ). It is given as it is, and whoever shows it has to know.
bool is_packed(const catalog::BlobFile& file) {
  constexpr std::array<unsigned char, 2> gzip{0x1F, 0x8B};
  std::array<unsigned char, 2> start{};
  return ::pread(file.fd.get(), start.data(), start.size(), 0) == ssize_t{start.size()} && start == gzip;
}

void add_cache_status(Response& response, std::string_view cache_status) {
  response.headers.add("Cache-Status", "rucola; " + std::string(cache_status));
}

/// Who shows it sees a picture; who asks the answer is told that it is another one.
void say_what_it_stands_in_for(Response& response, const Resolved& resolved) {
  if (!resolved.instead_of) return;
  const int status = message::http_status(resolved.instead_of->code);
  if (!resolved.fallback_is_ok) response.status = status;
  response.headers.add("X-Rucola-Fallback", std::to_string(status));
}

/// A 304 takes no field away from the answer that it makes fresh. So what has one more than the plain answer
/// with these bytes has another ETag: else a stored stand-in would go on saying so for as long as the image
/// itself may be kept.
std::string_view told_apart(const Resolved& resolved, bool attachment) {
  if (resolved.instead_of) return "-fallback";
  return attachment ? "-attachment" : "";
}

void may_change(CacheRules& rules) {
  if (rules.lasting == Lasting::for_ever) rules.lasting = Lasting::until_moved;
}

/// Those of a 304 as well.
void add_render_headers(Response& response, const AnswerFacts& facts, const render::PlannedRender& planned,
                        const RenderTag& tag, bool provisional, const Settings& settings) {
  say_what_it_stands_in_for(response, facts.resolved);
  response.etag = etag_of(tag.digest, told_apart(facts.resolved, planned.attachment));
  add_last_modified(response, tag.rendered, facts);
  add_iiif_links(response, facts);
  CacheRules rules = rules_of(facts.resolved, settings);
  if (planned.reads_user_metadata) may_change(rules);
  rules.varies_on_accept = planned.varies_on_accept;
  rules.varies_on_save_data = planned.varies_on_save_data;
  rules.provisional = provisional;
  if (provisional) rules.tags.push_back(BackgroundRenders::tag_of(planned));
  add_cache_headers(response, rules, settings);
}

}  // namespace

std::optional<Time> validator_from(Time rendered, const Resolved& resolved) {
  if (!resolved.is_dated) return std::nullopt;
  return modified_of(rendered, resolved);
}

std::string_view cache_status_of(RenderSource source, bool kept) {
  switch (source) {
    case RenderSource::memory:
      return "hit; detail=memory";
    case RenderSource::disk:
      return "hit; detail=disk";
    case RenderSource::rendered:
      return kept ? "fwd=miss; stored" : "fwd=miss";
  }
  return {};
}

Response answer_about_render(const AnswerFacts& facts, const render::PlannedRender& planned,
                             const RenderTag& tag, std::string_view cache_status, const Settings& settings) {
  Response response;
  add_cache_status(response, cache_status);
  if (const auto format = only_format_of(planned); format && planned.attachment)
    add_attachment(response, name_of_render(facts, render::name_of(*format)));
  add_render_headers(response, facts, planned, tag, false, settings);
  return response;
}

Response answer_with_render(const AnswerFacts& facts, const render::PlannedRender& planned,
                            const MadeRender& made, bool provisional, std::string_view cache_status,
                            const Settings& settings) {
  const std::shared_ptr<const StoredRender>& render = made.render;
  Response response;
  response.headers.add("Content-Type", render->content_type);
  if (render->content_type == render::mimetype_of(render::Format::svg)) add_draw_only_policy(response);
  add_cache_status(response, cache_status);
  if (planned.attachment) add_attachment(response, name_of_render(facts, extension_of(render->content_type)));
  add_render_headers(response, facts, planned, {render->digest, render->rendered}, provisional, settings);
  response.body = message::SharedBytes(render, &render->bytes);
  return response;
}

Response answer_with_original(const AnswerFacts& facts, const render::OriginalWanted& wanted,
                              catalog::BlobFile blob, const Settings& settings) {
  const catalog::SourceImage& image = facts.resolved.image;
  Response response;
  response.headers.add("Content-Type", image.mimetype);
  if (may_be_active(image)) add_draw_only_policy(response);
  if (image.format == render::name_of(render::Format::svg) && is_packed(blob))
    response.headers.add("Content-Encoding", "gzip");
  if (wanted.attachment) add_attachment(response, original_file_name(facts.url.url.slug, image));
  response.etag = etag_of(image.blob, told_apart(facts.resolved, wanted.attachment));
  add_last_modified(response, image.created, facts);
  add_cache_headers(response, rules_of(facts.resolved, settings), settings);
  response.body = message::FileBody{std::make_shared<const UniqueFd>(std::move(blob.fd)), blob.bytes};
  return response;
}

Response answer_with_document(const AnswerFacts& facts, Document document, const Settings& settings) {
  Response& response = document.response;
  if (!document.digest.empty())
    response.etag = etag_of(document.digest, told_apart(facts.resolved, document.attachment));
  if (document.attachment) add_attachment(response, name_of_render(facts, facts.url.url.format));
  add_iiif_links(response, facts);
  CacheRules rules = rules_of(facts.resolved, settings);
  if (document.reads_user_metadata) may_change(rules);
  rules.varies_on_save_data = document.varies_on_save_data;
  add_cache_headers(response, rules, settings);
  return std::move(response);
}

Response answer_with_error(const Error& error, const std::vector<std::string>& tags,
                           const Settings& settings) {
  Response response = message::error_response(error);
  add_error_cache_headers(response, tags, settings, error.retry_after);
  return response;
}

}  // namespace rucola::delivery
