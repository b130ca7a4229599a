#include "api/reference_page.h"

#include <string>

#include <gmock/gmock.h>

#include "api/routes.h"

namespace rucola::api {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Nothing {};

Endpoint thing(const std::string& summary, std::string help) {
  return endpoint<Nothing>({.method = message::Method::put,
                            .pattern = "/things/{org}/{name}",
                            .access = message::Access::anyone,
                            .summary = summary,
                            .answers = {{201, std::move(help)}},
                            .handle = [](const Services&, const Nothing&, message::Request&) {
                              return Result<message::Response>(message::empty_response(201));
                            }});
}

TEST(ReferencePage, LeadsFromItsContentsToARoute) {
  const std::string page = reference_page({thing("Make a thing", "Made.")}, "1.2.3", {});
  EXPECT_THAT(page, HasSubstr(R"(<a href="#put-things-org-name">)"));
  EXPECT_THAT(page, HasSubstr(R"(<section id="put-things-org-name">)"));
  EXPECT_THAT(page, HasSubstr("Make a thing. <span class=\"faint\">Needs no key.</span>"));
  EXPECT_THAT(page, HasSubstr("<td><code>201</code></td><td>Made.</td>"));
  EXPECT_THAT(page, HasSubstr("rucola 1.2.3"));
}

TEST(ReferencePage, TextsAreTextsAndBackticksCode) {
  const std::string page = reference_page({thing("<b>&\"", "See `a<b>` and `open")}, "1", {});
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;&amp;&quot;. "));
  EXPECT_THAT(page, HasSubstr("See <code>a&lt;b&gt;</code> and <code>open</code></td>"));
  EXPECT_THAT(page, Not(HasSubstr("<b>&")));
}

TEST(ReferencePage, LinksToTheServerAsClientsSeeIt) {
  EXPECT_THAT(reference_page(endpoints(), "1", "/images"), HasSubstr(R"(href="/images/doc?format=json")"));
}

}  // namespace
}  // namespace rucola::api
