// Any bytes as the path of a render URL or of the IIIF API. What passes holds only names that the catalog's
// grammars allow, and changes that a stack could be stored with.
#include "delivery/url/render_url.h"

#include <string>

#include <boost/json/serialize.hpp>

#include "catalog/names.h"
#include "delivery/url/iiif_url.h"
#include "delivery/url/remote_address.h"
#include "fuzz/property.h"
#include "render/stack/definition.h"
#include "render/stack/overrides.h"

namespace {

using namespace rucola;
using delivery::ImageReference;
using fuzz::require;

/// Nothing of it is lost but the time, and what is left is something.
void check_address(const std::string& reference) {
  const delivery::RemoteAddress address = delivery::read_address(reference);
  require(!address.url.empty() && reference.starts_with(address.url), "an address is the beginning");
  require(address.time.has_value() == (address.url.size() < reference.size()), "a time is all that is taken");
}

void check_image(const ImageReference& image) {
  switch (image.kind) {
    case ImageReference::Kind::alias:
      return require(catalog::is_alias_name(image.value), "an alias has an alias' name");
    case ImageReference::Kind::hash:
      return require(catalog::is_hash_or_prefix(image.value), "a hash is 6 to 40 hex characters");
    case ImageReference::Kind::remote:
      require(!image.value.empty(), "a remote image has a place");
      return check_address(image.value);
  }
}

/// Written as a stack is stored and read again, it is the same; or a stack like it is refused with a reason.
void check_overrides(const render::Overrides& overrides) {
  const render::StackDefinition stack = render::dynamic_stack(overrides);
  require(stack.operations.size() == overrides.operations.size(),
          "the URL's operations are the dynamic stack");
  const std::string written = boost::json::serialize(render::to_json(stack));
  const auto read = render::parse_stack(render::to_json(stack));
  if (!read) return require(!read.error().message.text.empty(), "who wrote the URL is told what is wrong");
  require(boost::json::serialize(render::to_json(*read)) == written,
          "what a URL changes can be stored and read again");
}

void render_path(const std::string& path) {
  const auto url = delivery::parse_render_path(path);
  if (!url) return require(!url.error().message.text.empty(), "who wrote the URL is told what is wrong");
  require(url->stack == "dynamic" || catalog::is_stack_name(url->stack), "a stack has a stack's name");
  check_image(url->image);
  check_overrides(url->overrides);
  const auto with_slash = delivery::parse_render_path("/" + path);
  require(with_slash && with_slash->stack == url->stack && with_slash->image.value == url->image.value &&
              with_slash->format == url->format,
          "slashes at the beginning count as one");
}

void iiif_path(std::string_view path) {
  if (!delivery::is_iiif_path(path)) return;
  const auto url = delivery::parse_iiif_path(path);
  if (!url) return require(!url.error().message.text.empty(), "who wrote the URL is told what is wrong");
  require(url->version == 2 || url->version == 3, "there are two versions");
  check_image(url->reference);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path(fuzz::text_of(data, size));
  render_path(path);
  iiif_path(path);
  const auto target = delivery::find_render_target("localhost", path, "images.example");
  require(!target || path.starts_with("/render/"), "without a render host only /render/ asks for a render");
  return 0;
}
