#include "api/reference_page.h"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "api/openapi.h"
#include "api/reference.h"
#include "base/ascii.h"
#include "base/text.h"

namespace rucola::api {
namespace {

using message::Access;

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1f2a1f; --paper: #fff; --soft: #eef4ea; --line: #d5dfd0; --link: #2f6b2f;
  --get: #2f6b2f; --post: #1d5fa8; --put: #8a5a00; --patch: #6a4fb0; --delete: #b3302f; --copy: #00707a }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe7dc; --paper: #161b16; --soft: #222b22; --line: #38443a;
  --link: #8fce8f; --get: #8fce8f; --post: #86b9f0; --put: #e0b25a; --patch: #b9a4f0; --delete: #f08e8c;
  --copy: #6fd0d8 } }
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
code { font: .875em/1.4 ui-monospace, monospace; background: var(--soft); padding: .1rem .3rem; border-radius: .2rem;
  overflow-wrap: anywhere }
nav { position: fixed; inset: 0 auto 0 0; width: 24rem; overflow-y: auto; padding: 1rem; border-right: 1px solid var(--line) }
nav summary { font-weight: 600; cursor: pointer; padding: .25rem 0 }
nav h1 { font-size: 1.25rem; margin: 0 0 .5rem; color: var(--link) }
nav a { display: flex; gap: .5rem; padding: .1rem 0; font: .8125rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
main { margin-left: 24rem; padding: 1rem 2rem 4rem; max-width: 68rem }
section { padding: 1rem 0; border-top: 1px solid var(--line) }
section:target { background: linear-gradient(90deg, var(--soft), transparent) }
h2 { margin: 2rem 0 .5rem } h3 { margin: 0 0 .25rem; font-size: 1.0625rem; overflow-wrap: anywhere }
p { margin: .25rem 0 } .faint { opacity: .75; font-size: .9375rem }
h3 .method { font-family: ui-monospace, monospace } .method { flex: none; width: 4em; font-weight: 600 }
.GET { color: var(--get) } .POST { color: var(--post) } .PUT { color: var(--put) } .PATCH { color: var(--patch) }
.DELETE { color: var(--delete) } .COPY { color: var(--copy) }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9375rem }
th { text-align: left; font-weight: 600; font-size: .8125rem; opacity: .75 }
th, td { padding: .3rem .75rem .3rem 0; vertical-align: top; border-bottom: 1px solid var(--line) }
td:first-child { white-space: nowrap } th:last-child { width: 45% }
th:first-child:nth-last-child(2) { width: 6rem } th:last-child:nth-child(2) { width: auto }
@media (max-width: 60rem) { nav { position: static; width: auto; max-height: 50vh; border: 0;
  border-bottom: 1px solid var(--line) }
  main { margin: 0; padding: 1rem } td:first-child { white-space: normal } }
)";

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

/// A text of the table: HTML's own characters escaped, and what stands in backticks as code.
std::string html(std::string_view text) {
  std::string result;
  bool in_code = false;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '`':
        result += std::exchange(in_code, !in_code) ? "</code>" : "<code>";
        break;
      default:
        result += c;
    }
  }
  return in_code ? result + "</code>" : result;
}

std::string element(std::string_view name, std::string_view content) {
  return "<" + std::string(name) + ">" + std::string(content) + "</" + std::string(name) + ">";
}

std::string code(std::string_view text) {
  return element("code", html(text));
}

using Cells = std::vector<std::string>;  ///< in HTML

/// `kind` is th or td.
std::string row(std::string_view kind, const Cells& cells) {
  std::string text;
  for (const std::string& cell : cells)
    text += element(kind, cell);
  return element("tr", text) + "\n";
}

std::string table_of(const Cells& titles, const std::vector<Cells>& rows) {
  std::string text = row("th", titles);
  for (const Cells& cells : rows)
    text += row("td", cells);
  return "<div class=\"scroll\"><table>\n" + text + "</table></div>\n";
}

std::string anchor_of(const Shape& shape) {
  return "object-" + lower(shape.name);
}

/// "put-stacks-org-name"
std::string anchor_of(const Description& description) {
  std::string anchor = lower(message::name_of(description.method));
  for (const char c : description.pattern) {
    if (is_letter_or_digit(c)) {
      anchor += c;
    } else if (anchor.back() != '-') {
      anchor += '-';
    }
  }
  if (anchor.back() == '-') anchor.pop_back();
  return anchor;
}

/// In a narrow column it breaks at its slashes.
std::string narrow(std::string_view path) {
  std::string text;
  const std::string whole = html(path);
  for (const char c : whole) {
    text += c;
    if (c == '/') text += "<wbr>";
  }
  return text;
}

std::string type_of(const Schema& schema) {
  if (schema.of == nullptr) return html(allowed_text(schema));
  const std::string link = "<a href=\"#" + anchor_of(*schema.of) + "\">" + html(schema.of->name) + "</a>";
  return schema.type == Type::list ? "a list of " + link : link;
}

std::string default_of(const Field& field) {
  if (field.default_value) return code(boost::json::serialize(*field.default_value));
  return field.required ? "required" : "";
}

std::string method_of(const Description& description) {
  const std::string name(message::name_of(description.method));
  return "<span class=\"method " + name + "\">" + name + "</span>";
}

std::string takes(const Description& description) {
  if (description.takes.empty()) return {};
  std::vector<Cells> rows;
  rows.reserve(description.takes.size());
  for (const auto& [place, field] : description.takes) {
    rows.push_back({code(field.name + (field.per_file ? "[0]" : "")), html(place_text(place)),
                    type_of(field.schema), default_of(field), html(field.help)});
  }
  std::string text = table_of({"takes", "in", "what it may be", "default", "what it is"}, rows);
  if (!description.one_of.empty())
    text += element("p", "One of these must be there: " + joined(description.one_of, ", ", code) + ".");
  return text;
}

std::string body_of(const std::optional<Schema>& json, std::string_view media_type) {
  std::string text;
  if (json) text += " " + type_of(*json) + ".";
  if (!media_type.empty()) text += " " + code(media_type);
  return text;
}

std::string answers(const Description& description) {
  std::vector<Cells> rows;
  rows.reserve(description.answers.size() + description.refuses.size());
  for (const Answer& answer : description.answers)
    rows.push_back(
        {code(std::to_string(answer.status)), html(answer.help) + body_of(answer.json, answer.media_type)});
  for (const Refusal& refusal : by_status(description.refuses)) {
    rows.push_back({code(std::to_string(message::http_status(refusal.code))),
                    html(refusal.help) + body_of(refusal.json, {})});
  }
  return table_of({"answers", ""}, rows);
}

std::string route(const Description& description) {
  return "<section id=\"" + anchor_of(description) + "\">\n<h3>" + method_of(description) + " " +
         code(description.pattern) + "</h3>\n" +
         element("p", html(description.summary) + ". <span class=\"faint\">" +
                          html(access_text(description)) + "</span>") +
         "\n" + takes(description) + answers(description) + "</section>\n";
}

std::string object_section(const Shape& shape) {
  std::vector<Cells> rows;
  rows.reserve(shape.fields.size());
  for (const Field& field : shape.fields)
    rows.push_back({code(field.name), type_of(field.schema), html(field.help)});
  return "<section id=\"" + anchor_of(shape) + "\">\n" + element("h3", html(shape.name)) +
         table_of({"field", "type", "what it is"}, rows) + "</section>\n";
}

/// "stacks" of /stacks/{org}; pages of the server itself, such as /healthz, belong together.
std::string area_of(const Description& description) {
  const bool is_open = description.access == Access::anyone || description.access == Access::visitor;
  const std::string_view path = std::string_view(description.pattern).substr(1);
  const std::size_t end = path.find('/');
  if (end == std::string_view::npos && is_open && description.method == message::Method::get) return "server";
  return std::string(path.substr(0, end));
}

/// In the order of the table, by area.
std::vector<std::pair<std::string, std::vector<const Description*>>> areas_of(
    const std::vector<Endpoint>& table) {
  std::vector<std::pair<std::string, std::vector<const Description*>>> areas;
  for (const Endpoint& endpoint : table) {
    const std::string name = area_of(endpoint.description);
    auto area = std::ranges::find(areas, name, [](const auto& one) { return one.first; });
    if (area == areas.end()) area = areas.insert(areas.end(), {name, {}});
    area->second.push_back(&endpoint.description);
  }
  return areas;
}

std::string folded(std::string_view title, std::string_view content) {
  return "<details open>" + element("summary", html(title)) + "\n" + std::string(content) + "</details>\n";
}

std::string contents(const std::vector<Endpoint>& table) {
  std::string text;
  for (const auto& [name, routes] : areas_of(table)) {
    std::string links;
    for (const Description* one : routes) {
      links += "<a href=\"#" + anchor_of(*one) + "\">" + method_of(*one) +
               element("span", narrow(one->pattern)) + "</a>\n";
    }
    text += folded(name, links);
  }
  std::string objects;
  for (const Shape* one : shapes_of(table))
    objects += "<a href=\"#" + anchor_of(*one) + "\">" + html(one->name) + "</a>\n";
  return text + folded("objects", objects);
}

std::string common() {
  std::vector<Cells> rows;
  for (const CommonRefusal& one : common_refusals()) {
    rows.push_back({code(std::to_string(message::http_status(one.refusal.code))), html(one.where),
                    html(one.refusal.help)});
  }
  return table_of({"may be refused", "by", "because"}, rows);
}

constexpr std::string_view introduction =
    "Every route that needs a key takes it in the header `Api-Key`, or a token as `Authorization: Bearer`. "
    "Bodies are JSON, "
    "whatever their `Content-Type` says, or forms (`multipart/form-data`). A query parameter or a field that "
    "a route doesn't "
    "know, or that stands twice, is refused. Every answer has `X-Request-Id`, by which the server's log "
    "finds what it says of "
    "the request.";

}  // namespace

std::string reference_page(const std::vector<Endpoint>& table, std::string_view version,
                           std::string_view path_prefix) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<title>rucola API</title>\n";
  page += element("style", style) + "\n<nav>\n<h1>rucola API</h1>\n" + contents(table) + "</nav>\n<main>\n";
  page += element("p", "rucola " + html(version) + " &middot; the same as <a href=\"" + html(path_prefix) +
                           "/doc?format=json\">OpenAPI 3.1</a>");
  page += "\n" + element("p", html(introduction)) + "\n" + common();
  for (const auto& [name, routes] : areas_of(table)) {
    page += element("h2", html(name)) + "\n";
    for (const Description* one : routes)
      page += route(*one);
  }
  page += "<h2>objects</h2>\n";
  for (const Shape* one : shapes_of(table))
    page += object_section(*one);
  return page + "</main>\n</html>\n";
}

}  // namespace rucola::api
