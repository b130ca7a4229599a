#include "render/planning/base_stacks.h"

#include <memory>
#include <string>
#include <utility>

#include "base/wording.h"
#include "render/planning/picture_facts.h"
#include "render/source/placeholder.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

/// A base stack may have a base stack.
constexpr int deepest_base = 4;

/// Nothing is lost between a base stack and those above it, and it is encoded quickly.
Encoding intermediate_encoding(bool animated) {
  Encoding encoding;
  encoding.format = animated ? Format::webp : Format::png;
  encoding.lossless = animated;
  encoding.png_compression_level = 1;
  return encoding;
}

/// A base stack's result as the image of the stack above it.
SourceFacts result_of(const Plan& plan, const SourceFacts& source) {
  SourceFacts result = source;
  result.sha256.clear();
  result.format = plan.encoding.format;
  result.page = 0;
  result.size = size_of(plan);
  result.opaque = !may_be_transparent(source, plan.steps);
  result.dynamic_metadata_json = "{}";  // its areas are those of the source
  return result;
}

}  // namespace

Outcome<SourceFacts> BaseStacks::source_of(const StackDefinition& stack, Planning& planning, int depth) {
  if (const auto name = OptionReader(stack_options(), stack.options).optional_text("basestack"))
    return add_base(*name, planning, depth);
  SourceFacts source = as_picture(request_.source);
  if (auto added = planning.file_of(source); !added) return std::unexpected(added.error());
  return source;
}

Outcome<SourceFacts> BaseStacks::add_base(std::string_view name, Planning& above, int depth) {
  if (depth >= deepest_base) {
    return fail(ErrorCode::bad_request, "Base stacks lie more than " + std::to_string(deepest_base) +
                                            " deep above each other, down to " + in_quotes(name) + ".");
  }
  auto found = library_.stack(name);
  if (!found) return std::unexpected(std::move(found).error());
  const StackDefinition definition = with_variables(*std::move(found), request_.url_variables, {});
  Planning planning(library_, settings_, keys_, request_.save_data, request_.url_variables);
  auto source = source_of(definition, planning, depth + 1);
  if (!source) return source;
  auto stack = planning.evaluated(definition, *source, 0);
  if (!stack) return std::unexpected(std::move(stack).error());
  source = with_page(stack->options, *std::move(source));
  if (!source) return source;
  stack->options.clear();  // dpr, formats and qualities are the business of the stack that is asked for
  PlannedRender base;
  base.plan.animated = source->frames > 1;
  base.plan.encoding = intermediate_encoding(base.plan.animated);
  if (auto drawn = planning.draw(*stack, *source, base.plan); !drawn)
    return std::unexpected(std::move(drawn).error());
  if (auto affordable = planning.finish(base); !affordable) return std::unexpected(affordable.error());
  SourceFacts result = result_of(base.plan, *source);
  const PlannedFile file{.sha256 = {}, .render = std::make_shared<const PlannedRender>(std::move(base))};
  if (auto added = above.add_file(file); !added) return std::unexpected(added.error());
  return result;
}

}  // namespace rucola::render
