#include "render/worker/svg/svg_encoding.h"

#include <algorithm>
#include <array>

#include <glib.h>

#include "base/ascii.h"
#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;
using Converted = CHandle<gchar, g_free>;
using GlibError = CHandle<GError, g_error_free>;

constexpr std::string_view space = " \t\r\n";

/// Nothing where a byte means nothing in that encoding, or the machine doesn't know it.
std::optional<std::string> converted(std::string_view bytes, const std::string& from) {
  gsize written = 0;
  GError* raised = nullptr;
  const Converted text(g_convert(bytes.data(), static_cast<gssize>(bytes.size()), "UTF-8", from.c_str(),
                                 nullptr, &written, &raised));
  const GlibError error(raised);
  if (!text) return std::nullopt;
  return std::string(text.get(), written);
}

/// "<?xml … ?>", if it begins with one.
std::string_view declaration_of(std::string_view text) {
  if (!text.starts_with("<?xml") || text.size() < 6 || !space.contains(text[5])) return {};
  const std::size_t end = text.find("?>");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 2);
}

/// In lower case; empty where it names none.
std::string named_encoding(std::string_view declaration) {
  const std::size_t found = declaration.find("encoding");
  if (found == std::string_view::npos) return {};
  std::string_view rest = declaration.substr(found + 8);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n="), rest.size()));
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return {};
  const std::size_t end = rest.find(rest.front(), 1);
  return end == std::string_view::npos ? std::string() : lower(rest.substr(1, end - 1));
}

/// Those of the web, under the names that the C library knows them by. None of them has switches (as UTF-7
/// and ISO-2022 have): a letter is always the same.
bool is_known(std::string_view encoding) {
  constexpr std::array beginnings{"iso-8859-"sv, "iso8859-"sv, "windows-125"sv, "cp125"sv, "koi8-"sv};
  constexpr std::array names{"macintosh"sv, "windows-874"sv, "tis-620"sv, "ibm866"sv,
                             "shift_jis"sv, "euc-jp"sv,      "euc-kr"sv,  "gb2312"sv,
                             "gbk"sv,       "gb18030"sv,     "big5"sv};
  const bool is_plain = std::ranges::all_of(encoding, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  const auto begins = [&](std::string_view beginning) { return encoding.starts_with(beginning); };
  return is_plain &&
         (std::ranges::any_of(beginnings, begins) || std::ranges::find(names, encoding) != names.end());
}

std::string without_declaration(std::string text) {
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  text.erase(0, declaration_of(text).size());
  return text;
}

std::optional<std::string> from_wide_characters(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe"sv)) return converted(bytes.substr(2), "UTF-16LE");
  if (bytes.starts_with("\xfe\xff"sv)) return converted(bytes.substr(2), "UTF-16BE");
  return converted(bytes, bytes.starts_with("<\0"sv) ? "UTF-16LE" : "UTF-16BE");
}

/// Browsers read Latin-1 as what Windows makes of it, quotation marks and dashes.
std::optional<std::string> from(std::string_view bytes, const std::string& encoding) {
  if (encoding == "iso-8859-1") {
    if (auto text = converted(bytes, "CP1252")) return text;
  }
  if (encoding.starts_with("windows-")) return converted(bytes, "CP" + encoding.substr(8));
  return converted(bytes, encoding);
}

std::unexpected<Error> unreadable(const std::string& encoding) {
  return fail(ErrorCode::unprocessable,
              "The SVG says that it is in the encoding \"" + encoding +
                  "\", which it is not, or which this machine can't read. UTF-8 always works.");
}

}  // namespace

bool is_in_wide_characters(std::string_view bytes) {
  return bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv) || bytes.starts_with("<\0"sv) ||
         bytes.starts_with("\0<"sv);
}

Result<std::optional<std::string>> in_utf8(std::string_view bytes) {
  if (is_in_wide_characters(bytes)) {
    auto text = from_wide_characters(bytes);
    if (!text) return unreadable("utf-16");
    return without_declaration(*std::move(text));
  }
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  const std::string encoding = named_encoding(declaration_of(bytes));
  constexpr std::array same{""sv, "utf-8"sv, "utf8"sv, "us-ascii"sv, "ascii"sv};
  if (std::ranges::find(same, encoding) != same.end()) return std::nullopt;
  // Programs that keep their text in UTF-16 say so of what they write in UTF-8.
  if (encoding.starts_with("utf-16")) return without_declaration(std::string(bytes));
  if (!is_known(encoding)) {
    return fail(ErrorCode::unprocessable,
                "The SVG is in an encoding that is not known here. UTF-8, UTF-16, ISO-8859, Windows-125x and "
                "the others of the web are.");
  }
  auto text = from(bytes, encoding);
  if (!text) return unreadable(encoding);
  return without_declaration(*std::move(text));
}

}  // namespace rucola::render::worker
