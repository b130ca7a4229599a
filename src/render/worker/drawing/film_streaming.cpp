#include "render/worker/drawing/film_streaming.h"

#include <memory>
#include <utility>
#include <variant>

#include "render/worker/decoding/source.h"
#include "render/worker/drawing/size_check.h"
#include "render/worker/encoding/film_part.h"

namespace rucola::render::worker {
namespace {

std::unexpected<Error> contradiction(std::string detail) {
  return fail(ErrorCode::internal, "The video could not be processed.", std::move(detail));
}

Result<std::shared_ptr<VideoFile>> opened(const File& file, const Plan& plan,
                                          const protocol::Limits& limits) {
  Result<SourceHeader> header = examine_stored(file.bytes, plan.source, limits, 1);
  if (!header) return std::unexpected(std::move(header).error());
  if (!header->video) return contradiction("the plan cuts up what is no video");
  if (header->upright != plan.source) return contradiction("the plan is for another source");
  return std::move(header->video);
}

bool can_be_part(const Plan& plan) {
  const bool is_one_size = plan.steps.empty() ||
                           (plan.steps.size() == 1 && std::holds_alternative<ResizeStep>(plan.steps.front()));
  return is_one_size && plan.encoding.format == Format::ts;
}

}  // namespace

Result<Measured> measure_film(const File& file, const Plan& plan, const protocol::Limits& limits) {
  const auto video = opened(file, plan, limits);
  if (!video) return std::unexpected(video.error());
  return measure_film(**video, file.bytes.size());
}

Result<std::string> draw_film_part(const File& file, const Plan& plan, const protocol::Limits& limits) {
  if (!can_be_part(plan)) return contradiction("the plan makes something else of a part of a video");
  const auto video = opened(file, plan, limits);
  if (!video) return std::unexpected(video.error());
  if (!plan.steps.empty()) {
    if (auto good = check_sizes(plan.source, plan.steps, 1, limits); !good)
      return std::unexpected(good.error());
  }
  return encode_film_part(**video, plan);
}

}  // namespace rucola::render::worker
