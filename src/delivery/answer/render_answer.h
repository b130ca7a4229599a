// The last step of a render request: the answer and its headers, out of what the steps before have found.
//
// Pure, but for the clock, and the first bytes of an original; thread-safe.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "catalog/blob_store.h"
#include "delivery/cache/render_tags.h"
#include "delivery/look_up/look_up.h"
#include "delivery/make/render_maker.h"
#include "delivery/planning/plan_answer.h"
#include "delivery/settings/settings.h"
#include "delivery/url/asked.h"
#include "message/response.h"

namespace rucola::delivery {

/// What every answer's headers are made of.
struct AnswerFacts {
  const Asked& asked;
  const AskedUrl& url;
  const Resolved& resolved;
  Time looked_up;  ///< before the snapshot was opened that `resolved` is from
};

/// When the date of the newest change becomes a validator: an answer that is looked up from then on has it.
/// Nothing where no date ever does.
std::optional<Time> validator_from(Time rendered, const Resolved& resolved);

/// As the header Cache-Status says where an answer came from (RFC 9211), and whether it was `kept` anywhere.
std::string_view cache_status_of(RenderSource source, bool kept);
inline constexpr std::string_view cache_status_hot = "hit; detail=hot";
inline constexpr std::string_view cache_status_validator = "hit; detail=validator";

/// `provisional`: something better is coming.
message::Response answer_with_render(const AnswerFacts& facts, const render::PlannedRender& planned,
                                     const MadeRender& made, bool provisional, std::string_view cache_status,
                                     const Settings& settings);

/// The same without its body, for a client that may have it already.
message::Response answer_about_render(const AnswerFacts& facts, const render::PlannedRender& planned,
                                      const RenderTag& tag, std::string_view cache_status,
                                      const Settings& settings);

message::Response answer_with_original(const AnswerFacts& facts, const render::OriginalWanted& wanted,
                                       catalog::BlobFile blob, const Settings& settings);

message::Response answer_with_document(const AnswerFacts& facts, Document document, const Settings& settings);

/// `tags`: what the answer depends on, as far as it was found out.
message::Response answer_with_error(const Error& error, const std::vector<std::string>& tags,
                                    const Settings& settings);

}  // namespace rucola::delivery
