#include "render/stack/options.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include <boost/json/array.hpp>
#include <re2/re2.h>

#include "base/ascii.h"
#include "base/http_url.h"
#include "base/text.h"
#include "base/wording.h"
#include "render/source/document_pages.h"
#include "render/source/video_length.h"

namespace rucola::render {
namespace {

constexpr std::array<std::string_view, 8> autoformat_exclusions{
    "avif", "jxl",        "webp", "lossless_to_lossy", "lossy_to_lossless", "lossy_to_lossless_if_bigger",
    "svg",  "svg_to_png",
};

constexpr auto later_options = std::to_array<std::string_view>({
    "optim.ttl_shared",
    "timing_origin",
});

/// As large as a render can be.
constexpr std::int64_t most_bytes_asked_for = std::int64_t{512} << 20;

bool are_exclusions(std::string_view text) {
  while (true) {
    const std::size_t comma = text.find(',');
    if (std::ranges::find(autoformat_exclusions, text.substr(0, comma)) == autoformat_exclusions.end())
      return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool is_timestamp(std::string_view text) {
  return parse_timestamp(text).has_value();
}

/// The catalog's grammar of names is the catalog's business; a name that doesn't exist is not found.
bool looks_like_a_stack_name(std::string_view text) {
  return !text.empty() && text.find_first_of("/ ") == std::string_view::npos;
}

/// Whether there is such an image is the catalog's business, too.
bool looks_like_an_image_name(std::string_view text) {
  constexpr std::size_t longest = 260;
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_part);
}

constexpr std::string_view allowed_whitelist = "a list of up to 100 regular expressions (RE2)";

bool is_short_text(const boost::json::value& value) {
  constexpr std::size_t longest = 1024;
  return value.is_string() && value.get_string().size() <= longest;
}

bool is_regular_expression(const boost::json::value& value) {
  RE2::Options options;
  options.set_log_errors(false);
  return RE2(re2::StringPiece(value.get_string().data(), value.get_string().size()), options).ok();
}

/// Stacks are read for every render, and compiling a hundred expressions takes a tenth of a second: that is
/// for check_regular_expressions().
std::optional<boost::json::value> whitelist(const boost::json::value& value) {
  constexpr std::size_t most = 100;
  const auto* list = value.if_array();
  if (list == nullptr || list->size() > most || !std::ranges::all_of(*list, is_short_text))
    return std::nullopt;
  return value;
}

OptionSchema quality(std::string_view name, std::int64_t default_value, std::string_view help) {
  return {.name = name,
          .type = OptionType::integer,
          .minimum = 1,
          .maximum = 100,
          .default_value = default_value,
          .help = help};
}

OptionSchema flag(std::string_view name, std::string_view help) {
  return {.name = name, .type = OptionType::boolean, .default_value = false, .help = help};
}

std::vector<OptionSchema> qualities() {
  return {
      quality("jpg.quality", 80,
              "Quality of JPEG; lower is smaller. The default is 10 lower where dpr is over 1.5."),
      quality("webp.quality", 80,
              "Quality of WebP; lower is smaller, 100 is lossless. The default is 10 lower where dpr is over "
              "1.5."),
      quality("avif.quality", 45, "Quality of AVIF; lower is smaller."),
      quality("heif.quality", 40, "Quality of HEIF; lower is smaller."),
      quality("jxl.quality", 70, "Quality of JPEG XL; lower is smaller, 100 is lossless."),
      quality("jp2.quality", 40, "Quality of JPEG 2000; lower is smaller, 100 is lossless."),
      quality("gif.quality", 70,
              "Quality of GIF; lower is smaller, 100 keeps every colour that GIF can hold."),
      quality("av1.quality", 70, "Accepted for compatibility; this version makes no AV1 films."),
      quality("mp4.quality", 50,
              "Quality of MP4 made of animations, and of parts of videos (.ts) that are coded anew; lower is "
              "smaller."),
      quality("webm.quality", 50, "Quality of WebM made of animations; lower is smaller."),
      {.name = "png.compression_level",
       .type = OptionType::integer,
       .minimum = 0,
       .maximum = 9,
       .default_value = std::int64_t{7},
       .help = "Higher is smaller, and slower to render."},
  };
}

std::vector<OptionSchema> deliveries() {
  return {
      {.name = "dpr",
       .type = OptionType::number,
       .minimum = 1,
       .maximum = 10,
       .default_value = 1.0,
       .help = "Device pixel ratio: multiplies what resize and the crops after it say. Needs a resize."},
      flag("autoformat",
           "Answers with AVIF, JPEG XL or WebP in place of JPEG, and with WebP or JPEG XL in place of PNG, "
           "where the client accepts them, with WebP in place of GIF, with SVG where the source is one that "
           "nothing is done to, and with PNG or WebP in place of a bitmap in an SVG."),
      {.name = "autoformat.exclude",
       .type = OptionType::text,
       .allowed = "a comma-separated list of avif, webp, jxl, svg, svg_to_png, lossless_to_lossy, "
                  "lossy_to_lossless, lossy_to_lossless_if_bigger",
       .accepts = are_exclusions,
       .help = "What autoformat leaves alone, comma-separated."},
      {.name = "autoformat.include",
       .type = OptionType::choice,
       .values = {"avif"},
       .help = "AVIF is always included unless autoformat.exclude says otherwise."},
      {.name = "transparency.color",
       .type = OptionType::color,
       .help = "Replaces transparency by this colour, even where the format could keep it."},
      {.name = "jpg.transparency.color",
       .type = OptionType::color,
       .default_value = "FFFFFF",
       .help = "Replaces transparency by this colour where the format has none."},
      flag("jpg.transparency.convert",
           "JPEG stays JPEG with its transparency replaced, whatever jpg.transparency.autoformat says."),
      {.name = "jpg.transparency.autoformat",
       .type = OptionType::choice,
       .default_value = "false",
       .values = {"true", "false", "png", "webp"},
       .help =
           "What a JPEG becomes where transparency can be seen: WebP for clients that accept it; else with "
           "true an SVG of a JPEG and a mask for those that take anything (*/*), and PNG for all others. "
           "webp: always WebP."},
      {.name = "interlacing.mode",
       .type = OptionType::choice,
       .default_value = "none",
       .values = {"none", "line", "plane", "partition"},
       .help =
           "All but none make JPEG progressive and PNG interlaced: they appear coarse at first while they "
           "load."},
      {.name = "dpi",
       .type = OptionType::integer,
       .minimum = 10,
       .maximum = 5000,
       .help = "The resolution that JPEG, PNG and TIFF say they have, for printing. The pixels stay as they "
               "are."},
      flag(
          "keep.copyright",
          "Keeps who made the picture and whose it is, as the original says it (author, copyright and credit "
          "of EXIF, IPTC and XMP). All other metadata is removed, as always."),
      {.name = "max_bytes",
       .type = OptionType::integer,
       .minimum = 0,
       .maximum = most_bytes_asked_for,
       .default_value = std::int64_t{0},
       .help =
           "The file has at most so many bytes: the quality is lowered as far as that takes. What can't be "
           "made so small is an error. 0: any number."},
      {.name = "pdf.page",
       .type = OptionType::integer,
       .minimum = 1,
       .maximum = most_document_pages,
       .default_value = std::int64_t{1},
       .help = "Which page of a PDF is rendered."},
      {.name = "pdf.dpi",
       .type = OptionType::integer,
       .minimum = 10,
       .maximum = 1000,
       .default_value = std::int64_t{default_document_dpi},
       .help = "Dots per inch at which a PDF is drawn; twice as many where it would be less than 1000 pixels "
               "wide."},
      {.name = "timestamp",
       .type = OptionType::text,
       .pattern = R"(^(([0-9]{1,2}:)?[0-5]?[0-9]:[0-5]?[0-9]|[0-9]{1,6})(\.[0-9]{1,3})?$)",
       .allowed =
           "a time as hours:minutes:seconds, with up to three digits behind a point: 00:00:40, 00:00:40.5",
       .accepts = is_timestamp,
       .help = "Of a video, the picture that it shows at this time. The default is one of the beginning. "
               "With fps or seconds it moves from then on."},
      {.name = "remote_basepath",
       .type = OptionType::text,
       .maximum = 1024,
       .allowed = "an http or https URL without a user name or password",
       .accepts = is_http_url,
       .help = "What stands before the paths of remote images: /stack/-2017/06/a.jpg-.jpg. Only in a stored "
               "stack; wins over the organization's option."},
      flag(
          "remote_fullurl_allow",
          "Allows remote images by their whole URL: /stack/-https://example.org/a.jpg-.jpg. Only in a stored "
          "stack; wins over the organization's option."),
      {.name = "remote_fullurl_whitelist",
       .type = OptionType::structure,
       .allowed = allowed_whitelist,
       .canonical = whitelist,
       .json_type = "array",
       .help = "Servers that remote images by URL may come from: expressions that are looked for anywhere in "
               "the host's name. Only in a stored stack; wins over the organization's option."},
      {.name = "basestack",
       .type = OptionType::text,
       .pattern = "^[^/ ]+$",
       .allowed = "the name of a stack",
       .accepts = looks_like_a_stack_name,
       .help =
           "The stack whose result this one works on. It is kept, so that further stacks on it are quick."},
      {.name = "fps",
       .type = OptionType::integer,
       .minimum = 1,
       .maximum = 25,
       .default_value = std::int64_t{10},
       .help = "GIF, WebP, AVIF and JPEG XL of a video move, with so many frames a second. Where neither "
               "this nor seconds is set they are one picture. Animations keep their own timing."},
      {.name = "seconds",
       .type = OptionType::number,
       .minimum = 0.1,
       .maximum = 60,
       .help = "GIF, WebP, AVIF and JPEG XL of a video move, and show so much of it, from timestamp on. The "
               "default with fps is all of it."},
      {.name = "min_video_width",
       .type = OptionType::integer,
       .minimum = 0,
       .maximum = 6000,
       .help = "A video's list of renditions (.m3u) has only those that are at least so wide; where none is, "
               "the largest."},
      {.name = "min_video_height",
       .type = OptionType::integer,
       .minimum = 0,
       .maximum = 2200,
       .help = "A video's list of renditions (.m3u) has only those that are at least so high; where none is, "
               "the largest."},
      {.name = "content_disposition",
       .type = OptionType::choice,
       .default_value = "inline",
       .values = {"inline", "attachment"},
       .help = "attachment makes browsers save the file instead of showing it."},
      {.name = "fallback_image",
       .type = OptionType::text,
       .pattern = "^[A-Za-z0-9_-]{1,260}$",
       .allowed = "the hash or the alias of an image",
       .accepts = looks_like_an_image_name,
       .help =
           "The image that shows, with all that the stack does, in place of one that is missing or broken: "
           "hash, short hash or alias. Wins over the organization's option."},
      {.name = "fallback_image_status",
       .type = OptionType::choice,
       .values = {"error", "ok"},
       .help = "With ok the fallback image is answered 200, with error with the status of the error that it "
               "stands in for: 404 or 422. Wins over the organization's option, which is error by default."},
      flag("protected",
           "Renders with this stack need a signed URL. Only in a stored stack; one that is not protected "
           "can't "
           "become so, but it can be deleted and made anew."),
      flag("source_file",
           "Delivers the uploaded file as it is. Only in a stored stack, without operations or other "
           "options than protected and content_disposition."),
  };
}

std::vector<OptionSchema> optimizations() {
  return {
      {.name = "optim.quality",
       .type = OptionType::integer,
       .minimum = 0,
       .maximum = 10,
       .default_value = std::int64_t{5},
       .help = "How near a lossy image stays to the picture when it is made smaller; lower is smaller. The "
               "quality for that is searched, unless the format's own quality is set and this is not."},
      flag("optim.disable_all", "Renders are not made smaller after the first answer."),
      flag("optim.immediate",
           "Renders are made smaller before the first answer already, which then takes longer."),
      {.name = "pngquant.quality",
       .type = OptionType::integer,
       .minimum = 10,
       .maximum = 100,
       .default_value = std::int64_t{98},
       .help =
           "Quality of the palette of at most 256 colours that PNG and lossless WebP get; lower is smaller. "
           "Below the default they have it from the first answer on. At the default and above they get one "
           "when they are made smaller, if it can't be told from all the colours. 100: never."},
  };
}

std::vector<OptionSchema> all_options() {
  std::vector<OptionSchema> table = qualities();
  std::ranges::move(deliveries(), std::back_inserter(table));
  std::ranges::move(optimizations(), std::back_inserter(table));
  return table;
}

}  // namespace

std::span<const OptionSchema> stack_options() {
  static const std::vector<OptionSchema> table = all_options();
  return table;
}

Result<const OptionSchema*> stack_option(std::string_view name) {
  if (const OptionSchema* schema = find_option(stack_options(), name)) return schema;
  const auto names = names_of(stack_options());
  const bool later = std::ranges::find(later_options, name) != later_options.end();
  const std::string problem = later ? "Stack option " + in_quotes(name) + " is not available in this version."
                                    : "There is no stack option " + in_quotes(name) + suggestion(name, names);
  return fail(ErrorCode::bad_request,
              problem + " Stack options are: " + joined(names) + "; GET /stackoptions describes them.");
}

Result<void> check_regular_expressions(const Options& options) {
  const OptionReader reader(stack_options(), options);
  const boost::json::value list = reader.structure("remote_fullurl_whitelist");
  if (list.is_null() || std::ranges::all_of(list.as_array(), is_regular_expression)) return {};
  return fail(ErrorCode::bad_request, "Option \"remote_fullurl_whitelist\" of the stack options must be " +
                                          std::string(allowed_whitelist) + ".");
}

bool only_in_stored_stacks(std::string_view name) {
  return name == "source_file" || name == "protected" || name.starts_with("remote_");
}

bool decided_before_expressions(std::string_view name) {
  return only_in_stored_stacks(name) || name == "basestack" || name == "keep.copyright" ||
         name.starts_with("fallback_image");
}

std::string_view full_stack_option_name(std::string_view name) {
  return name == "af" ? "autoformat" : name;
}

}  // namespace rucola::render
