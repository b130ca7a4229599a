#include "storage/s3/answers.h"

#include <pugixml.hpp>

#include "base/time_text.h"

namespace rucola::storage {
namespace {

std::unexpected<Error> unreadable(const std::string& what) {
  return fail(ErrorCode::internal, "The store of originals could not be listed; the server's log says why.",
              "the S3 server's list: " + what);
}

}  // namespace

Result<S3ListPage> read_list_page(std::string_view xml) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) return unreadable(parsed.description());
  const pugi::xml_node list = document.child("ListBucketResult");
  if (!list) return unreadable("no ListBucketResult");
  S3ListPage page;
  for (const pugi::xml_node content : list.children("Contents")) {
    const auto modified = parse_time(content.child_value("LastModified"));
    if (!modified) return unreadable(std::string("a time, ") + content.child_value("LastModified"));
    page.objects.push_back({.key = content.child_value("Key"),
                            .bytes = content.child("Size").text().as_llong(),
                            .modified = *modified});
  }
  if (!list.child("IsTruncated").text().as_bool()) return page;
  page.next = list.child_value("NextContinuationToken");
  if (page.next.empty()) return unreadable("there is more, but no NextContinuationToken");
  return page;
}

S3Refusal read_refusal(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return {};
  const pugi::xml_node error = document.child("Error");
  return {.code = error.child_value("Code"), .message = error.child_value("Message")};
}

}  // namespace rucola::storage
