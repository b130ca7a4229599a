#include "render/protocol/messages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include "render/protocol/broken.h"

namespace rucola::render::protocol {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<JobKind, std::string_view>, 6> kind_names{{
    {JobKind::self_test, "self_test"},
    {JobKind::inspect, "inspect"},
    {JobKind::render, "render"},
    {JobKind::measure, "measure"},
    {JobKind::optimize, "optimize"},
    {JobKind::repack, "repack"},
}};

/// What can go wrong in a worker; everything else in a reply counts as internal.
constexpr std::array<std::pair<ErrorCode, std::string_view>, 5> error_names{{
    {ErrorCode::bad_request, "bad_request"},
    {ErrorCode::payload_too_large, "payload_too_large"},
    {ErrorCode::unprocessable, "unprocessable"},
    {ErrorCode::unsupported_media_type, "unsupported_media_type"},
    {ErrorCode::internal, "internal"},
}};

std::optional<json::object> parse_object(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

bool is_static_metadata(std::string_view text) {
  return text.size() <= static_metadata_limit_bytes && parse_object(text).has_value();
}

/// Reads members and remembers the first that was missing or of another type.
class Reader {
 public:
  explicit Reader(std::string_view text) {
    auto object = parse_object(text);
    if (object)
      object_ = std::move(*object);
    else
      complaint_ = "not a JSON object";
  }

  [[nodiscard]] bool has(std::string_view key) const {
    return object_.contains(json::string_view(key.data(), key.size()));
  }

  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const json::value* value = find(key);
    if (value != nullptr && value->is_int64() && value->get_int64() >= least && value->get_int64() <= most) {
      return value->get_int64();
    }
    complain(key);
    return least;
  }

  double number(std::string_view key) {
    const json::value* value = find(key);
    if (value != nullptr && value->is_number() && std::isfinite(value->to_number<double>()))
      return value->to_number<double>();
    complain(key);
    return 0;
  }

  bool boolean(std::string_view key) {
    const json::value* value = find(key);
    if (value != nullptr && value->is_bool()) return value->get_bool();
    complain(key);
    return false;
  }

  std::string text(std::string_view key) {
    const json::value* value = find(key);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    complain(key);
    return {};
  }

  std::vector<std::string> texts(std::string_view key) { return list<std::string>(key); }
  std::vector<std::int64_t> integers(std::string_view key) { return list<std::int64_t>(key); }
  std::vector<double> numbers(std::string_view key) {
    auto numbers = list<double>(key);
    if (!std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); })) complain(key);
    return numbers;
  }

  void complain(std::string_view key) {
    if (complaint_.empty()) complaint_ = "bad member " + std::string(key);
  }

  template <class T>
  Result<T> finish(T value) {
    if (!complaint_.empty()) return broken(complaint_);
    return value;
  }

 private:
  const json::value* find(std::string_view key) const {
    return object_.if_contains(json::string_view(key.data(), key.size()));
  }

  template <class T>
  std::vector<T> list(std::string_view key) {
    const json::value* value = find(key);
    auto result = value == nullptr ? json::result<std::vector<T>>(json::error::not_array)
                                   : json::try_value_to<std::vector<T>>(*value);
    if (!result) complain(key);
    return result ? std::move(*result) : std::vector<T>();
  }

  json::object object_;
  std::string complaint_;
};

constexpr std::int64_t any = INT64_MAX;

// What is written is taken apart by name: one member more, and it does not compile until that is sent, too.

json::object to_object(const Limits& limits) {
  const auto& [source_pixels, source_frames, output_pixels, output_side, video_pixel_seconds, still_pixels,
               cpu_seconds] = limits;
  return {{"source_pixels", source_pixels},
          {"source_frames", source_frames},
          {"output_pixels", output_pixels},
          {"output_side", output_side},
          {"video_pixel_seconds", video_pixel_seconds},
          {"still_pixels", still_pixels},
          {"cpu_seconds", cpu_seconds}};
}

/// Empty where there is none.
json::array to_array(const std::optional<Color>& color) {
  if (!color) return {};
  const auto [red, green, blue] = *color;
  return {red, green, blue};
}

std::optional<Color> read_background(Reader& reader) {
  const std::vector<std::int64_t> parts = reader.integers("background");
  if (parts.empty()) return std::nullopt;
  constexpr std::size_t count = 3;
  const bool are_bytes =
      std::ranges::all_of(parts, [](std::int64_t part) { return part >= 0 && part <= UINT8_MAX; });
  if (parts.size() != count || !are_bytes) {
    reader.complain("background");
    return std::nullopt;
  }
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(parts[i]); };
  return Color{byte(0), byte(1), byte(2)};
}

Measurement::Kind read_measurement_kind(Reader& reader) {
  const std::string name = reader.text("measurement");
  for (const auto kind : measurement_kinds) {
    if (render::name_of(kind) == name) return kind;
  }
  reader.complain("measurement");
  return {};
}

}  // namespace

std::string_view name_of(JobKind kind) {
  return std::ranges::find(kind_names, kind, &std::pair<JobKind, std::string_view>::first)->second;
}

std::string write_job(const Job& job) {
  const auto& [kind, limits, file_bytes, plan, measurement, repacking, threads, unless_heavy] = job;
  const auto& [measured, fuzzy, background] = measurement;
  json::object object = to_object(limits);
  object["kind"] = name_of(kind);
  object["file_bytes"] = json::value_from(file_bytes);
  object["plan"] = plan;
  object["measurement"] = render::name_of(measured);
  object["fuzzy"] = fuzzy;
  object["background"] = to_array(background);
  object["repacking"] = render::name_of(repacking);
  object["threads"] = threads;
  object["unless_heavy"] = unless_heavy;
  return json::serialize(object);
}

Result<Job> read_job(std::string_view text) {
  Reader reader(text);
  Job job;
  const std::string kind = reader.text("kind");
  const auto* found = std::ranges::find(kind_names, kind, &std::pair<JobKind, std::string_view>::second);
  if (found == kind_names.end())
    reader.complain("kind");
  else
    job.kind = found->first;
  job.limits = {.source_pixels = reader.integer("source_pixels", 1, any),
                .source_frames = reader.integer("source_frames", 1, any),
                .output_pixels = reader.integer("output_pixels", 1, any),
                .output_side = reader.integer("output_side", 1, any),
                .video_pixel_seconds = reader.integer("video_pixel_seconds", 0, any),
                .still_pixels = reader.integer("still_pixels", 0, any),
                .cpu_seconds = reader.integer("cpu_seconds", 1, any)};
  job.file_bytes = reader.integers("file_bytes");
  job.plan = reader.text("plan");
  job.measurement = {.kind = read_measurement_kind(reader),
                     .fuzzy = reader.number("fuzzy"),
                     .background = read_background(reader)};
  const std::optional<Repacking> repacking = parse_repacking(reader.text("repacking"));
  if (!repacking) reader.complain("repacking");
  job.repacking = repacking.value_or(Repacking::lossless);
  job.threads = reader.integer("threads", 1, threads_limit);
  job.unless_heavy = reader.boolean("unless_heavy");
  return reader.finish(std::move(job));
}

std::string write_greeting(const Greeting& greeting) {
  const auto& [vips_version, missing] = greeting;
  return json::serialize(
      json::object{{"vips_version", vips_version}, {"missing", json::value_from(missing)}});
}

Result<Greeting> read_greeting(std::string_view text) {
  Reader reader(text);
  Greeting greeting{.vips_version = reader.text("vips_version"), .missing = reader.texts("missing")};
  return reader.finish(std::move(greeting));
}

std::string write_reply(const Reply& reply) {
  const auto& [failure, result_bytes, inspection, measured, is_heavy] = reply;
  json::object object;
  if (failure) {
    const auto* name =
        std::ranges::find(error_names, failure->code, &std::pair<ErrorCode, std::string_view>::first);
    object["error"] = name == error_names.end() ? "internal" : name->second;
    object["message"] = failure->message.text;
    object["detail"] = failure->detail.text;
    return json::serialize(object);
  }
  const auto& [format, size, frames, opaque, static_metadata_json] = inspection;
  object["result_bytes"] = result_bytes;
  object["format"] = render::name_of(format);
  object["width"] = size.width;
  object["height"] = size.height;
  object["frames"] = frames;
  object["opaque"] = opaque;
  object["static_metadata"] = static_metadata_json;
  object["measured"] = json::value_from(measured);
  object["is_heavy"] = is_heavy;
  return json::serialize(object);
}

Result<Reply> read_reply(std::string_view text) {
  Reader reader(text);
  Reply reply;
  if (reader.has("error")) {
    const std::string code = reader.text("error");
    const auto* found = std::ranges::find(error_names, code, &std::pair<ErrorCode, std::string_view>::second);
    if (found == error_names.end()) return broken("unknown error code");
    reply.error = Error{found->first, {reader.text("message")}, {reader.text("detail")}};
    return reader.finish(std::move(reply));
  }
  reply.result_bytes = reader.integer("result_bytes", 0, result_limit_bytes);
  const std::optional<Format> format = parse_format(reader.text("format"));
  if (!format) reader.complain("format");
  reply.inspection.format = format.value_or(Format::jpg);
  reply.inspection.size = {static_cast<std::int32_t>(reader.integer("width", 0, INT32_MAX)),
                           static_cast<std::int32_t>(reader.integer("height", 0, INT32_MAX))};
  reply.inspection.frames = static_cast<std::int32_t>(reader.integer("frames", 1, INT32_MAX));
  reply.inspection.opaque = reader.boolean("opaque");
  reply.inspection.static_metadata_json = reader.text("static_metadata");
  if (!is_static_metadata(reply.inspection.static_metadata_json)) reader.complain("static_metadata");
  reply.measured = reader.numbers("measured");
  reply.is_heavy = reader.boolean("is_heavy");
  return reader.finish(std::move(reply));
}

}  // namespace rucola::render::protocol
