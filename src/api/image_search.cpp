// Searching and listing source images
#include "catalog/image_search.h"

#include <algorithm>

#include <boost/json/array.hpp>

#include "api/image_query.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "catalog/search_position.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::FoundImages;
using catalog::ImageSearch;
using message::Request;
using message::Response;

constexpr std::int64_t most_images = 2000;  ///< a page

struct List {
  std::string org;
  std::int64_t limit = 100;
  std::optional<std::string> offset;
  std::optional<std::string> sort;
  std::optional<std::string> facets;
  std::optional<std::string> joined_by;
  bool deleted = false;
  std::optional<json::object> filters;
};

Result<void> read_facets(const List& asked, ImageSearch& search) {
  if (!asked.facets) return {};
  auto facets = catalog::parse_facets(*asked.facets);
  if (!facets) return std::unexpected(std::move(facets.error()));
  search.facets = *std::move(facets);
  return {};
}

/// The link to another page of the same list: the query as it was, with another offset. An href is resolved
/// against the URL that was asked, so that it has the path prefix; `link` is a path within the API, which
/// clients put behind the address that they have of it.
json::object page_link(const Request& request, std::string_view offset) {
  std::string href = request.client_path() + "?";
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (!pair.starts_with("offset=")) href.append(pair).append("&");
  }
  return {{"href", href.append("offset=").append(offset)}};
}

/// Who counts goes on by numbers, everybody else by the cursor, which neither repeats nor leaves out an image
/// while others come and go.
json::object links(const List& asked, const ImageSearch& search, const FoundImages& found,
                   const std::string& cursor, const Request& request) {
  json::object links;
  if (search.limit == 0) return links;  // a page of nothing would be its own
  const bool by_numbers = asked.offset && is_number(*asked.offset);
  if (by_numbers && search.offset > 0)
    links["prev"] =
        page_link(request, std::to_string(std::max<std::int64_t>(0, search.offset - search.limit)));
  if (found.more)
    links["next"] =
        page_link(request, by_numbers ? std::to_string(search.offset + std::ssize(found.items)) : cursor);
  return links;
}

json::object facets_json(const ImageSearch& search, const FoundImages& found) {
  json::object all;
  for (std::size_t i = 0; i < search.facets.size(); ++i) {
    json::array counts;
    for (const catalog::FacetCount& count : found.facets[i])
      counts.push_back(json::object{{"value", count.value}, {"count", count.images}});
    all[search.facets[i].name] = std::move(counts);
  }
  return all;
}

/// Of a page without images: where it began, so that what comes there later is found.
Result<std::string> cursor_of(const List& asked, const ImageSearch& search, const FoundImages& found) {
  if (!found.last) return asked.offset.value_or("0");
  return catalog::cursor_text(catalog::order_of(search), *found.last);
}

Result<Response> list_images(const Services& services, const List& asked, const Request& request) {
  auto search = search_of(asked);
  if (!search) return std::unexpected(search.error());
  search->deleted = asked.deleted;
  search->limit = asked.limit;
  if (auto read = read_facets(asked, *search); !read) return std::unexpected(read.error());
  const auto found = services.images.search(asked.org, *search);
  if (!found) return std::unexpected(found.error());
  json::array items;
  for (const catalog::SourceImage& image : found->items)
    items.push_back(source_image_json(image));
  const auto cursor = cursor_of(asked, *search, *found);
  if (!cursor) return std::unexpected(cursor.error());
  json::object body{{"total", found->total},
                    {"items", std::move(items)},
                    {"cursor", *cursor},
                    {"links", links(asked, *search, *found, *cursor, request)}};
  if (!search->facets.empty()) body["facets"] = facets_json(*search, *found);
  return message::json_response(200, body);
}

const Shape& image_list() {
  static const Shape shape{
      "SourceImages",
      {{"total", integer(0, most_offset), "How many are found in all."},
       {"items", list(source_image_shape()), "Those of this page; none behind the last."},
       {"cursor", text(16'384), "The next page's `offset`."},
       {"links", object(), "prev and next: {\"href\": …}, where there are such pages."},
       {"facets", object(),
        "Where they were asked for: for each field {\"value\": …, \"count\": …}, most first."}}};
  return shape;
}

}  // namespace

void add_image_search(Endpoints& table) {
  using message::Access, message::Method;
  table.push_back(endpoint<List>(
      {.method = Method::get,
       .pattern = "/sourceimages/{org}",
       .access = Access::read,
       .summary = "Search and list source images, newest first",
       .waits = message::Waits::search,
       .takes = of_query<List>(
           {query("limit", &List::limit, integer(0, most_images), "Images a page."),
            query("facets", &List::facets, text(2048),
                  "Fields of whose values to count the images: user:array:labels,user:str:author."),
            query("deleted", &List::deleted, flag(), "The deleted ones instead of the living.")}),
       .answers = {{200, "A page.", object(image_list())}},
       .refuses = {{ErrorCode::overloaded, "The search took too long."}},
       .handle = list_images}));
}

}  // namespace rucola::api
