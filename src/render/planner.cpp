#include "render/planner.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/hashing.h"
#include "render/encoding_choice.h"
#include "render/operations/table.h"
#include "render/stack_options.h"
#include "render/wording.h"

namespace rucola::render {
namespace {

/// Part of every key. To be raised whenever the same plan comes to give other bytes, so that no cache serves
/// those of before.
constexpr std::string_view renderer_version = "rucola-render-2";

std::int64_t pixels_of(Size size) {
  return std::int64_t{size.width} * size.height;
}

std::string size_text(Size size) {
  return std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels";
}

std::unexpected<Error> beyond(ErrorCode code, const std::string& what, std::int64_t limit,
                              std::string_view key) {
  return fail(code, what + "; the limit is " + std::to_string(limit) + " (configuration: render." +
                        std::string(key) + ").");
}

Result<Format> output_format(std::string_view requested) {
  const auto format = parse_format(requested);
  if (!format) {
    return fail(ErrorCode::bad_request, "There is no image format " + in_quotes(requested) +
                                            ". Formats are: " + std::string(output_format_names()) + ".");
  }
  if (!is_output_format(*format)) {
    return fail(ErrorCode::unsupported_media_type, "This build writes no " + std::string(name_of(*format)) +
                                                       ". It writes: " + std::string(output_format_names()) +
                                                       ".");
  }
  return *format;
}

Result<void> check_frames(std::int64_t frames, const Settings& settings) {
  if (frames <= settings.max_source_frames) return {};
  return beyond(ErrorCode::payload_too_large, "The source image has " + std::to_string(frames) + " frames",
                settings.max_source_frames, "max_source_frames");
}

Result<void> check_source(Size size, std::int64_t frames, const Settings& settings) {
  if (pixels_of(size) <= settings.max_source_pixels / frames) return {};
  return beyond(ErrorCode::payload_too_large,
                "The source image has " + std::to_string(frames) + " frame(s) of " + size_text(size),
                settings.max_source_pixels, "max_source_pixels");
}

Result<void> check_output(Size size, std::int64_t frames, const Settings& settings) {
  if (std::max(size.width, size.height) > settings.max_output_side) {
    return beyond(ErrorCode::unprocessable,
                  "The render would have " + size_text(size) + ", too long on a side",
                  settings.max_output_side, "max_output_side");
  }
  if (pixels_of(size) > settings.max_output_pixels / frames) {
    return beyond(ErrorCode::unprocessable,
                  "The render would have " + std::to_string(frames) + " frame(s) of " + size_text(size),
                  settings.max_output_pixels, "max_output_pixels");
  }
  return {};
}

bool is_enabled(const OperationCall& call) {
  const auto option = call.options.find("enabled");
  return option == call.options.end() || option->second != Value(false);
}

Result<void> check_operations(const StackDefinition& stack, double dpr, const Settings& settings) {
  if (static_cast<std::int64_t>(stack.operations.size()) > settings.max_operations) {
    return beyond(ErrorCode::unprocessable,
                  "The render has " + std::to_string(stack.operations.size()) + " operations",
                  settings.max_operations, "max_operations");
  }
  const bool resizes = std::ranges::any_of(stack.operations, [](const OperationCall& call) {
    return call.name == operation::resize().name && is_enabled(call);
  });
  if (dpr > 1 && !resizes) {
    return fail(ErrorCode::bad_request,
                "The stack option \"dpr\" needs a resize operation: only a resize can give more pixels.");
  }
  return {};
}

Result<void> plan_operation(const OperationCall& call, PlanningContext& context) {
  const Operation* operation = find_operation(call.name);
  if (operation == nullptr) return std::unexpected(unknown_operation(call.name));
  if (auto complete = check_complete(*operation, call.options); !complete) return complete;
  return operation->plan(OptionReader(operation->options, call.options), context);
}

/// A step may not blow the image up past the limit either, whatever a later one makes of it.
Result<void> plan_operations(const StackDefinition& stack, PlanningContext& context, std::int64_t frames,
                             const Settings& settings) {
  for (const OperationCall& call : stack.operations) {
    if (!is_enabled(call)) continue;
    const Size before = context.size;
    if (auto planned = plan_operation(call, context); !planned) return planned;
    if (pixels_of(context.size) <= pixels_of(before)) continue;
    if (pixels_of(context.size) <= settings.max_output_pixels / frames) continue;
    return beyond(ErrorCode::unprocessable,
                  "The operation " + in_quotes(call.name) + " would make " + std::to_string(frames) +
                      " frame(s) of " + size_text(context.size),
                  settings.max_output_pixels, "max_output_pixels");
  }
  return check_output(context.size, frames, settings);
}

/// The smallest size of the source's own ratio that covers `target`.
Size covering(Size natural, Size target) {
  const double factor = std::max(static_cast<double>(target.width) / natural.width,
                                 static_cast<double>(target.height) / natural.height);
  const auto side = [&](std::int32_t length, std::int32_t least) {
    const double most = std::numeric_limits<std::int32_t>::max();
    return std::max(least, static_cast<std::int32_t>(std::min(most, std::round(length * factor))));
  };
  return {side(natural.width, target.width), side(natural.height, target.height)};
}

/// A drawing is loaded at the size that its first resize asks for, so that it is sharp at any size. What is
/// left of the resize is a change of the ratio.
void load_at_first_size(Plan& plan) {
  const auto* resize = plan.steps.empty() ? nullptr : std::get_if<ResizeStep>(&plan.steps.front());
  if (resize == nullptr) return;
  const Size covered = covering(plan.source, resize->to);
  const bool keeps_ratio = covered.width - resize->to.width <= 1 && covered.height - resize->to.height <= 1;
  if (keeps_ratio) {
    plan.source = resize->to;
    plan.steps.erase(plan.steps.begin());
  } else {
    plan.source = covered;
  }
}

RenderFacts facts_of(const SourceFacts& source, const Plan& plan) {
  return {.source = source.format,
          .animated = source.frames > 1,
          .see_through = !source.opaque || std::ranges::any_of(plan.steps, makes_transparent),
          .as_it_is = plan.steps.empty() && plan.source == source.size};
}

std::string key_of(const SourceFacts& source, std::string_view what) {
  std::string text(renderer_version);
  text += '\n';
  text += source.sha256;
  text += '\n';
  text += what;
  return sha256_hex(text);
}

/// Which page it is, from 1; 0 for what has no pages.
std::int32_t page_of(const StackDefinition& stack, const SourceFacts& source) {
  if (source.format != Format::pdf) return 0;
  return static_cast<std::int32_t>(OptionReader(stack_options(), stack.options).integer("pdf.page"));
}

/// Of a document, the page that the stack asks for is the source.
Result<SourceFacts> with_page(const StackDefinition& stack, SourceFacts source) {
  if (source.format != Format::pdf) return source;
  const std::int64_t dpi = OptionReader(stack_options(), stack.options).integer("pdf.dpi");
  const auto size = source.pages.pixels(page_of(stack, source), static_cast<std::int32_t>(dpi));
  if (!size) return std::unexpected(size.error());
  source.size = *size;
  return source;
}

Result<Plan> make_plan(const StackDefinition& stack, const SourceFacts& source, Format requested,
                       AcceptClass accept, const Settings& settings) {
  if (source.size.width < 1 || source.size.height < 1) {
    return fail(ErrorCode::unprocessable, "The size of the source image is not known.");
  }
  Plan plan;
  plan.source = source.size;
  plan.page = page_of(stack, source);
  const Format format = choose_encoding(stack.options, requested, facts_of(source, plan), accept).format;
  plan.animated = source.frames > 1 && keeps_animation(format);
  const std::int64_t frames = plan.animated ? source.frames : 1;
  if (auto fits = check_frames(frames, settings); !fits) return std::unexpected(fits.error());

  PlanningContext context;
  context.size = source.size;
  context.image = &source;
  context.dpr = OptionReader(stack_options(), stack.options).number("dpr");
  if (auto sound = check_operations(stack, context.dpr, settings); !sound)
    return std::unexpected(sound.error());
  if (auto planned = plan_operations(stack, context, frames, settings); !planned) {
    return std::unexpected(planned.error());
  }
  plan.steps = std::move(context.steps);
  if (is_drawing(source.format)) load_at_first_size(plan);
  if (auto fits = check_source(plan.source, frames, settings); !fits) return std::unexpected(fits.error());
  const RenderFacts facts = facts_of(source, plan);
  plan.encoding = choose_encoding(stack.options, requested, facts, accept);
  plan.if_transparent = choose_if_transparent(stack.options, requested, facts, accept);
  return plan;
}

bool asks_for_attachment(const StackDefinition& stack) {
  return OptionReader(stack_options(), stack.options).text("content_disposition") == "attachment";
}

}  // namespace

Result<PlannedRender> plan_render(const StackDefinition& stack, const SourceFacts& whole,
                                  std::string_view requested_format, AcceptClass accept,
                                  const Settings& settings) {
  PlannedRender render;
  if (delivers_source(stack)) {
    if (auto sound = check_source_file(stack); !sound) return std::unexpected(sound.error());
    render.deliver_source = true;
    render.key = key_of(whole, "source_file");
    return render;
  }
  const auto requested = output_format(requested_format);
  if (!requested) return std::unexpected(requested.error());
  const auto source = with_page(stack, whole);
  if (!source) return std::unexpected(source.error());
  auto plan = make_plan(stack, *source, *requested, accept, settings);
  if (!plan) return std::unexpected(std::move(plan).error());
  render.plan = *std::move(plan);
  render.key = key_of(*source, serialise(render.plan));
  render.varies_on_accept = varies_on_accept(stack.options, *requested, facts_of(*source, render.plan));
  render.attachment = asks_for_attachment(stack);
  return render;
}

}  // namespace rucola::render
