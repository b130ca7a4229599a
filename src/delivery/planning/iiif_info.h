// info.json of the IIIF Image API: what a viewer has to know of an image.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "delivery/url/iiif_url.h"
#include "message/request.h"
#include "message/response.h"
#include "render/plan/step.h"

namespace rucola::delivery {

/// `id`: the image's base URL, absolute.
boost::json::object iiif_info(std::string_view id, int version, render::Size image);
/// The answer to a request for the base URL, which leads to info.json, or for that.
message::Response iiif_document(const IiifUrl& url, const message::Request& request, render::Size image);
/// The level of compliance.
std::string iiif_profile(int version);
/// The header Link: the level of compliance, and of a picture the canonical URL. `path`: as requested.
std::string iiif_links(const IiifUrl& url, std::string_view path, render::Size image);
std::string iiif_context(int version);

}  // namespace rucola::delivery
