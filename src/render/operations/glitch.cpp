#include <cstdint>
#include <string_view>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

/// FNV-1a: small, and the same everywhere and for ever.
std::int32_t seed_of(std::string_view text) {
  std::uint32_t hash = 2'166'136'261;
  for (const char letter : text) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 16'777'619;
  }
  return static_cast<std::int32_t>(hash >> 1U);
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const auto amount = static_cast<std::int32_t>(options.integer("amount"));
  if (amount > 0) context.append(GlitchStep{.amount = amount, .seed = seed_of(options.text("random"))});
  return {};
}

}  // namespace

const Operation& glitch() {
  static const Operation row{
      .name = "glitch",
      .description = "Damages the image as a broken file would: lines slip sideways, colours come apart.",
      .options =
          {
              {
                  .name = "amount",
                  .type = OptionType::integer,
                  .minimum = 0,
                  .maximum = 10,
                  .default_value = std::int64_t{4},
                  .help = "How much is damaged; 0 leaves the image as it is.",
              },
              {
                  .name = "random",
                  .type = OptionType::text,
                  .default_value = "",
                  .help = "Any text. Another text, another damage; the same text, the same damage.",
              },
              enabled_option,
          },
      .required = {},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
