#include "api/numbered_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "api/inputs.h"
#include "base/wording.h"

namespace rucola::api {
namespace {

using message::Part;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
}

/// A URL's field has been read before; a file's may have any name, such as photo[front].
bool seems_numbered(std::string_view name) {
  for (std::size_t open = name.find('['); open != std::string_view::npos; open = name.find('[', open + 1)) {
    const std::size_t first = name.find_first_not_of(" +-", open + 1);
    if (first != std::string_view::npos && name[first] >= '0' && name[first] <= '9') return true;
  }
  return false;
}

Result<std::optional<std::size_t>> number_of(const Part& part) {
  if (const auto name = parse_form_field_name(part.name)) return file_number(*name, part.name);
  if (!seems_numbered(part.name)) return std::nullopt;
  return wrong("The number of the field " + in_quotes(part.name) +
               " can't be read; it is written as in \"filedata[0]\".");
}

bool is_url(const Part& part) {
  const auto name = parse_form_field_name(part.name);
  return name && name->base == url_field;
}

std::vector<Part*> files_and_urls(std::span<Part> parts) {
  std::vector<Part*> found;
  for (Part& part : parts) {
    if (part.file || is_url(part)) found.push_back(&part);
  }
  return found;
}

Result<std::map<std::size_t, Part*>> by_number(const std::vector<Part*>& files) {
  std::map<std::size_t, Part*> numbered;
  std::vector<Part*> others;
  for (Part* part : files) {
    const auto number = number_of(*part);
    if (!number) return std::unexpected(number.error());
    if (!*number) {
      others.push_back(part);
    } else if (const auto [at, is_new] = numbered.emplace(**number, part); !is_new) {
      return wrong("The number " + std::to_string(**number) + " stands twice, in " +
                   in_quotes(at->second->name) + " and in " + in_quotes(part->name) +
                   ": each file and each URL of an upload has one of its own.");
    }
  }
  std::size_t next = 0;
  for (Part* part : others) {
    while (numbered.contains(next))
      ++next;
    numbered.emplace(next, part);
  }
  return numbered;
}

/// A field without a number is of the next file. Next in the form, or next by number? Only where that is the
/// same is it clear which one is meant.
Result<void> check_unnumbered(std::span<const Part> parts, std::span<const std::string_view> per_file) {
  for (const Part& part : parts) {
    const auto name = part.file ? std::nullopt : parse_form_field_name(part.name);
    if (!name || !name->index.empty() || std::ranges::find(per_file, name->base) == per_file.end()) continue;
    return wrong("The field " + in_quotes(part.name) + " needs a number, as in " +
                 in_quotes(name->base + "[0]") +
                 ": the files of this upload don't stand in the order of their numbers, 0, 1 and so on.");
  }
  return {};
}

}  // namespace

Result<std::vector<NumberedFile>> number_files(std::span<Part> parts,
                                               std::span<const std::string_view> per_file) {
  const std::vector<Part*> files = files_and_urls(parts);
  const auto numbered = by_number(files);
  if (!numbered) return std::unexpected(numbered.error());
  std::vector<NumberedFile> sorted;
  bool in_order = true;
  for (const auto& [number, part] : *numbered) {
    in_order = in_order && number == sorted.size() && files[number] == part;
    sorted.push_back({.number = number, .part = part});
  }
  if (!in_order) {
    if (auto clear = check_unnumbered(parts, per_file); !clear) return std::unexpected(clear.error());
  }
  return sorted;
}

}  // namespace rucola::api
