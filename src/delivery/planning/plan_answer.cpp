#include "delivery/planning/plan_answer.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "base/hashing.h"
#include "delivery/look_up/protection.h"
#include "delivery/look_up/stored_image.h"
#include "delivery/planning/film_list.h"
#include "delivery/planning/film_urls.h"
#include "delivery/planning/iiif_info.h"
#include "delivery/planning/iiif_picture.h"
#include "expression/value_json.h"
#include "render/planning/film_renditions.h"

namespace rucola::delivery {
namespace {

/// What the URL says by itself; values in brackets mean something only in the stack that the URL names.
render::NamedValues literals_of(const std::vector<render::Variable>& variables) {
  render::NamedValues values;
  for (const render::Variable& variable : variables) {
    if (!variable.is_formula) values.emplace_back(variable.name, expression::from_json(variable.value));
  }
  return values;
}

std::vector<render::StackBelow> stacks_below(const Resolved& resolved) {
  std::vector<render::StackBelow> stacks;
  stacks.reserve(resolved.within.size());
  for (const RenderWithin& within : resolved.within) {
    stacks.push_back({.stack = within.stack,
                      .format = within.format,
                      .url_variables = literals_of(within.variables),
                      .url_operates = within.operates,
                      .still_at = within.still_at});
  }
  return stacks;
}

/// The API is one of pictures.
Result<void> check_shows_picture(std::string_view requested) {
  const auto format = render::parse_format(requested);
  const bool is_film = (format && render::is_video(*format)) || render::is_film_ending(requested);
  if (!is_film) return {};
  return fail(ErrorCode::unsupported_media_type,
              "The IIIF Image API has pictures, no films: ask for another format than " +
                  std::string(requested) + ", such as jpg or png.");
}

Result<PlannedAnswer> plan_iiif_answer(const Asked& asked, const IiifUrl& iiif, const Resolved& resolved,
                                       const render::Planner& planner) {
  const auto source = facts_of(resolved.image);
  if (!source) return std::unexpected(source.error());
  if (auto sound = render::check_is_picture(*source); !sound)
    return std::unexpected(std::move(sound).error());
  if (iiif.asks != IiifUrl::Asks::picture) return Document{iiif_document(iiif, asked.request, source->size)};
  if (auto shows = check_shows_picture(iiif.picture.format); !shows)
    return std::unexpected(std::move(shows).error());
  auto steps = iiif_steps(iiif.picture, iiif.version, source->size);
  if (!steps) return std::unexpected(std::move(steps).error());
  return planner.plan_steps(*source, *std::move(steps), iiif.picture.format);
}

/// Whoever may have the list may have what it lists, for as long.
Result<FilmUrls> film_urls(const Asked& asked, const RenderUrl& url, const Resolved& resolved,
                           CatalogView& catalog) {
  auto urls = FilmUrls::of(asked.request, url, resolved.image.hash);
  if (!urls || !resolved.is_signed) return urls;
  auto sign = signer_for(catalog, resolved.organization.name, resolved.sent);
  if (!sign) return std::unexpected(std::move(sign).error());
  urls->sign(*std::move(sign));
  return urls;
}

Result<PlannedAnswer> answer_of(const render::FilmList& list, const Result<FilmUrls>& urls) {
  if (!urls) return std::unexpected(urls.error());
  std::string text = film_list(list, *urls);
  Document document{.response = {},
                    .digest = sha256_hex(text),
                    .varies_on_save_data = list.varies_on_save_data,
                    .reads_user_metadata = list.reads_user_metadata,
                    .attachment = list.attachment};
  document.response.headers.add("Content-Type", "application/vnd.apple.mpegurl");
  document.response.body = std::move(text);
  return document;
}

}  // namespace

Result<PlannedAnswer> plan_answer(const Asked& asked, const AskedUrl& url, Resolved& resolved,
                                  CatalogView& catalog, const CatalogLibrary::FindMeasured& find_measured,
                                  const render::Planner& planner) {
  if (url.iiif) return plan_iiif_answer(asked, *url.iiif, resolved, planner);
  CatalogLibrary library(catalog, resolved, find_measured);
  auto source = facts_of(resolved.image);
  if (!source) return std::unexpected(std::move(source).error());
  const render::RenderRequest request{.stack = resolved.stack,
                                      .source = *std::move(source),
                                      .format = url.url.format,
                                      .accept = asked.hints.accept,
                                      .save_data = asked.hints.save_data,
                                      .url_variables = literals_of(url.url.overrides.variables),
                                      .url_reads_private = url_reads_private(resolved),
                                      .url_operates = operates(url.url),
                                      .below = stacks_below(resolved),
                                      .slug = url.url.slug};
  auto planned = planner.plan(request, library);
  if (!planned) return std::unexpected(std::move(planned).error());
  return std::visit(
      [&](auto& outcome) -> Result<PlannedAnswer> {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(outcome)>, render::FilmList>) {
          return answer_of(outcome, film_urls(asked, url.url, resolved, catalog));
        } else {
          return PlannedAnswer(std::move(outcome));
        }
      },
      *planned);
}

}  // namespace rucola::delivery
