#include "render/planning/planning.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <variant>

#include "base/wording.h"
#include "expression/value_json.h"
#include "render/operations/table.h"
#include "render/plan/overview.h"
#include "render/planning/enlargement.h"
#include "render/planning/moving_video.h"
#include "render/planning/size_limits.h"
#include "render/source/placeholder.h"
#include "render/stack/evaluation.h"
#include "render/stack/options.h"
#include "render/stack/overrides.h"

namespace rucola::render {
namespace {

/// Stacks may name each other, themselves included.
constexpr int deepest_layer = 4;
/// Else a few stacks that use each other several times each would come to millions.
constexpr int most_layers = 100;

Result<void> check_operations(const StackDefinition& stack, double dpr, const Settings& settings) {
  const auto count = static_cast<std::int64_t>(stack.operations.size());
  if (auto fits = check_operation_count(count, settings); !fits) return fits;
  const bool resizes = std::ranges::any_of(
      stack.operations, [](const OperationCall& call) { return call.name == operation::resize().name; });
  if (dpr > 1 && !resizes) {
    return fail(ErrorCode::bad_request,
                "The stack option \"dpr\" needs a resize operation: only a resize can give more pixels.");
  }
  return {};
}

Outcome<void> plan_operation(const OperationCall& call, PlanningContext& context) {
  const Operation* operation = find_operation(call.name);
  if (operation == nullptr) return std::unexpected(unknown_operation(call.name));
  if (auto complete = check_complete(*operation, call); !complete) return complete;
  return operation->plan(OptionReader(operation->options, call.options), context);
}

/// How busy a picture is shows at this size as well, and a photograph is decoded at a fraction of its cost.
constexpr std::int32_t longest_side_of_overview = 1024;

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

/// A drawing is loaded at the size that its first resize asks for, so that it is sharp at any size. An SVG is
/// drawn at just that size; what is left of the resize of a document is a change of the ratio.
void load_at_first_size(Format format, Size& source, std::vector<Step>& steps) {
  if (format == Format::svg) {
    const auto is_resize = [](const Step& step) { return std::holds_alternative<ResizeStep>(step); };
    const auto other = std::ranges::find_if_not(steps, is_resize);
    if (other != steps.begin()) source = std::get<ResizeStep>(*std::prev(other)).to;
    steps.erase(steps.begin(), other);
    return;
  }
  const auto* resize = steps.empty() ? nullptr : std::get_if<ResizeStep>(&steps.front());
  if (resize == nullptr) return;
  const Size covered = covering(source, resize->to);
  const bool keeps_ratio = covered.width - resize->to.width <= 1 && covered.height - resize->to.height <= 1;
  if (keeps_ratio) {
    source = resize->to;
    steps.erase(steps.begin());
  } else {
    source = covered;
  }
}

/// For the key of what was measured.
std::string text_of(const Measurement& measurement) {
  const auto& [kind, fuzzy, background] = measurement;
  std::string text("measure ");
  text.append(name_of(kind)).append(" ").append(number_text(fuzzy)).append(" ");
  if (background) {
    for (const std::uint8_t part : {background->red, background->green, background->blue})
      text.append(std::to_string(part)).append(" ");
  }
  return text;
}

/// Nothing where the frame is not that of the image as it is known; its ratio is then that of its size.
std::optional<ExactSize> exact_size_of(const DrawingFrame& frame, Size size) {
  const ExactSize exact = frame.natural_size();
  return whole(exact) == size ? std::optional(exact) : std::nullopt;
}

}  // namespace

StackDefinition with_variables(StackDefinition stack, const NamedValues& url, const NamedValues& named) {
  Overrides overrides;
  for (const NamedValues& values : {std::cref(url), std::cref(named)}) {
    for (const auto& [name, value] : values) {
      std::erase_if(overrides.variables, [&](const Variable& known) { return known.name == name; });
      overrides.variables.push_back({name, expression::to_json(value), false});
    }
  }
  return *apply(std::move(stack), overrides);
}

PlannedFile blob_of(const SourceFacts& image) {
  return {.sha256 = image.sha256,
          .bytes = image.bytes,
          .is_drawing = is_drawing(image.format) || is_video(image.format)};
}

namespace {

Result<SourceFacts> with_moment(const OptionReader& stack_options, SourceFacts source) {
  const auto text = stack_options.optional_text("timestamp");
  if (!text) return source;
  const auto timestamp = parse_timestamp(*text);
  if (!timestamp) return fail(ErrorCode::bad_request, "The stack option \"timestamp\" is no time.");
  if (source.length) {
    if (auto within = source.length->check_within(*timestamp, R"(The stack option "timestamp")"); !within)
      return std::unexpected(within.error());
  }
  source.timestamp = *timestamp;
  return source;
}

}  // namespace

Result<SourceFacts> with_page(const Options& stack_options, SourceFacts source) {
  if (is_video(source.format))
    return with_moment({render::stack_options(), stack_options}, std::move(source));
  if (source.format != Format::pdf) return source;
  if (source.pages.count() == 0)
    return fail(ErrorCode::internal, "What was known of the document's pages is lost; upload it once more.");
  const OptionReader reader(render::stack_options(), stack_options);
  source.page = static_cast<std::int32_t>(reader.integer("pdf.page"));
  const auto size = source.pages.pixels(source.page, static_cast<std::int32_t>(reader.integer("pdf.dpi")));
  if (!size) return std::unexpected(size.error());
  source.size = *size;
  return source;
}

struct Planning::Picture {
  Size source;  ///< as Plan::source
  std::vector<SvgChange> svg_changes;
  std::vector<Step> steps;
};

Outcome<void> Planning::draw(const StackDefinition& stack, const SourceFacts& image, Plan& plan) {
  frames_ = plan.animated ? image.frames : 1;
  if (auto fits = check_source_frames(frames_, settings_); !fits) return std::unexpected(fits.error());
  auto drawn = picture(stack, image, plan.file, frames_);
  if (!drawn) return std::unexpected(std::move(drawn).error());
  plan.source = drawn->source;
  plan.page = image.page;
  plan.timestamp = image.timestamp;
  if (plan.animated) set_movement(image, plan);
  plan.svg_changes = std::move(drawn->svg_changes);
  plan.steps = std::move(drawn->steps);
  return {};
}

Result<void> Planning::finish(PlannedRender& render) const {
  render.files = files_;
  render.varies_on_save_data = looked_at_.save_data;
  render.reads_user_metadata = looked_at_.user_metadata;
  render.key = keys_.key_of(files_, serialise(render.plan));
  render.cost = cost_of(render.plan, frames_);
  return check_cost(render.cost, settings_);
}

Outcome<Planning::Picture> Planning::picture(const StackDefinition& stack, const SourceFacts& image,
                                             std::int32_t file, std::int64_t frames) {
  if (auto sound = check_is_picture(image); !sound) return std::unexpected(sound.error());
  const double dpr = OptionReader(stack_options(), stack.options).number("dpr");
  if (auto sound = check_operations(stack, dpr, settings_); !sound) return std::unexpected(sound.error());
  SourceFacts source = image;
  PlanningContext context;
  context.size = image.size;
  context.dpr = dpr;
  context.image = &source;
  context.file = file;
  context.surroundings = this;
  context.frame = image.frame;
  if (image.frame) context.exact_size = exact_size_of(*image.frame, image.size);
  // They act on the source, wherever they stand, and so on its size.
  const auto changes_source = [](const OperationCall& call) {
    return call.name == operation::svgdynamic().name;
  };
  for (const OperationCall& call : stack.operations) {
    if (!changes_source(call)) continue;
    if (auto planned = plan_operation(call, context); !planned) return std::unexpected(planned.error());
  }
  source.size = context.size;
  Enlargement enlargement(context, is_drawing(image.format));
  for (const OperationCall& call : stack.operations) {
    if (changes_source(call)) continue;
    if (auto planned = plan_operation(call, context); !planned) return std::unexpected(planned.error());
    if (auto fits = enlargement.check(call.name, frames, settings_); !fits)
      return std::unexpected(fits.error());
  }
  if (auto fits = enlargement.check_end(); !fits) return std::unexpected(fits.error());
  if (auto fits = check_output_size(context.size, frames, settings_); !fits)
    return std::unexpected(with_seconds_that_fit(fits.error(), image, context.size, settings_));
  Picture picture{.source = source.size,
                  .svg_changes = std::move(context.svg_changes),
                  .steps = std::move(context.steps)};
  if (is_drawing(image.format)) load_at_first_size(image.format, picture.source, picture.steps);
  if (auto fits = check_source_size(picture.source, frames, settings_); !fits)
    return std::unexpected(fits.error());
  return picture;
}

Outcome<StackDefinition> Planning::evaluated(const StackDefinition& stack, const SourceFacts& image,
                                             std::int32_t file) {
  if (auto sound = check_is_picture(image); !sound) return std::unexpected(sound.error());
  looked_at_.add(looked_at_by(stack));
  const auto entropy = [&]() -> Outcome<double> {
    const auto measured = measure({.kind = Measurement::Kind::entropy}, image, file,
                                  {ResizeStep{overview_of(image.size, longest_side_of_overview)}}, {});
    if (!measured) return std::unexpected(measured.error());
    return measured->empty() ? 0 : measured->front();
  };
  return evaluate_stack(stack, {.image = image,
                                .save_data = save_data_,
                                .entropy = entropy,
                                .budget = &formulas_,
                                .url_reads_private = url_reads_private_});
}

Outcome<Layer> Planning::layer(const SourceFacts& given, std::string_view stack_name,
                               const NamedValues& variables, std::vector<OperationCall> more) {
  if (depth_ >= deepest_layer) {
    return fail(ErrorCode::bad_request, "Stacks use each other more than " + std::to_string(deepest_layer) +
                                            " deep as secondary stacks, up to " + in_quotes(stack_name) +
                                            ".");
  }
  if (++layers_ > most_layers) {
    return fail(ErrorCode::unprocessable, "The render lays more than " + std::to_string(most_layers) +
                                              " images over each other, those of secondary stacks included.");
  }
  StackDefinition stack;
  if (!stack_name.empty()) {
    auto found = library_.stack(stack_name);
    if (!found) return std::unexpected(found.error());
    stack = with_variables(*std::move(found), url_variables_, variables);
  }
  const SourceFacts image = as_picture(given);
  const auto file = file_of(image);
  if (!file) return std::unexpected(file.error());
  auto plain = evaluated(stack, image, *file);
  if (!plain) return std::unexpected(plain.error());
  const auto source = with_page(plain->options, image);
  if (!source) return std::unexpected(source.error());
  plain->options.clear();
  std::ranges::move(more, std::back_inserter(plain->operations));
  ++depth_;
  auto drawn = picture(*plain, *source, *file, 1);
  --depth_;
  if (!drawn) return std::unexpected(std::move(drawn).error());
  return Layer{.file = *file,
               .page = source->page,
               .timestamp = source->timestamp,
               .svg_changes = std::move(drawn->svg_changes),
               .source = drawn->source,
               .steps = std::move(drawn->steps)};
}

Result<std::int32_t> Planning::add_file(const PlannedFile& file) {
  const auto known = std::ranges::find(files_, file.identity(), &PlannedFile::identity);
  if (known != files_.end()) return static_cast<std::int32_t>(known - files_.begin());
  if (files_.size() == files_limit) {
    return fail(ErrorCode::unprocessable,
                "The render uses more than " + std::to_string(files_limit) + " different files.");
  }
  files_.push_back(file);
  if (file.render) {
    looked_at_.add(
        {.save_data = file.render->varies_on_save_data, .user_metadata = file.render->reads_user_metadata});
  }
  return static_cast<std::int32_t>(files_.size() - 1);
}

Outcome<Measured> Planning::measure(Measurement measurement, const SourceFacts& image, std::int32_t file,
                                    const std::vector<Step>& steps,
                                    const std::vector<SvgChange>& svg_changes) {
  Plan plan;
  plan.file = file;
  plan.source = image.size;
  plan.page = image.format == Format::pdf ? std::max(image.page, 1) : 0;
  plan.timestamp = image.timestamp;
  plan.svg_changes = svg_changes;
  plan.steps = steps;
  // What one frame doesn't show another one may; a layer is a still picture.
  plan.animated = measurement.kind == Measurement::Kind::trim && depth_ == 0 && frames_ > 1;
  if (plan.animated) set_movement(image, plan);
  std::string key = keys_.key_of(files_, text_of(measurement) + serialise(plan));
  if (auto known = library_.measured(key)) return *std::move(known);
  const Cost cost = cost_of(plan, frames_);
  if (auto fits = check_cost(cost, settings_); !fits) return std::unexpected(fits.error());
  return std::unexpected(NeededMeasurement{measurement, std::move(plan), files_, std::move(key), cost});
}

}  // namespace rucola::render
