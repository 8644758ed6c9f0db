#include "report/html_page.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

#include "base/error.h"

#include "support/web_page.h"

namespace attnsim::report {
namespace {

using test::small_parts;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

HtmlPage page_of(HtmlBlock block) {
  HtmlPage page;
  page.title = "A page";
  page.sections = {{"A section", {std::move(block)}}};
  return page;
}

std::string html_of(HtmlBlock block) { return to_html(page_of(std::move(block)), small_parts()); }

TEST(HtmlPage, EscapesTextAndAttributes) {
  EXPECT_EQ(escape_html("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
}

TEST(HtmlPage, ShowsMarkupInTextAsText) {
  HtmlPage page = page_of(HtmlParagraph{"x <script>alert(1)</script>"});
  page.title = "<h1>";
  const auto html = to_html(page, small_parts());

  EXPECT_THAT(html, HasSubstr("<p>x &lt;script&gt;alert(1)&lt;/script&gt;</p>"));
  EXPECT_THAT(html, HasSubstr("<title>&lt;h1&gt;</title>"));
}

TEST(HtmlPage, JsonCannotEndItsScriptElement) {
  const Json json{{"</script>", "<!-- <script>"}};
  const auto text = script_json(json);

  EXPECT_THAT(text, Not(HasSubstr("<")));
  EXPECT_EQ(Json::parse(text), json);
}

TEST(HtmlPage, JsonOfBytesThatAreNoUtf8IsStillJson) {
  EXPECT_EQ(Json::parse(script_json(Json{"\xff"})), Json{"\xEF\xBF\xBD"});
}

TEST(HtmlPage, CodeCannotEndItsScriptElement) {
  EXPECT_EQ(script_code("a='</script>'+\"<!--\"+'</SCRIPT>'"),
            "a='\\x3c/script>'+\"\\x3c!--\"+'\\x3c/SCRIPT>'");
  EXPECT_EQ(script_code("a < b; c</ d"), "a < b; c</ d");
}

TEST(HtmlPage, LoadsNothingAndForbidsIt) {
  const auto html = html_of(HtmlChart{"t", "n", Json{{"mark", "bar"}}});

  EXPECT_THAT(test::loads(html), IsEmpty());
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(HtmlPage, CarriesItsPartsInOrder) {
  const auto html = html_of(HtmlParagraph{"x"});

  EXPECT_THAT(html, HasSubstr("p { color: red; }"));
  EXPECT_THAT(html, HasSubstr("Licence &lt;1&gt;"));
  EXPECT_LT(html.find("const a"), html.find("const b"));
  EXPECT_NE(html.find("const a"), std::string::npos);
}

TEST(HtmlPage, HasTheSpecificationOfAChart) {
  const Json spec{{"mark", "bar"}, {"title", "</script>"}};
  const auto specs = test::chart_specs(html_of(HtmlChart{"Speed", "", spec}));

  ASSERT_EQ(specs.size(), 1U);
  EXPECT_EQ(specs[0], nlohmann::json(spec));
}

TEST(HtmlPage, TableHasUnitsAlignmentAndWhatToSortBy) {
  HtmlTable table;
  table.columns = {{"name", "", "", Align::left, true}, {"time", "s"}};
  table.rows = {{{"a<b", {}}, {"1,000", 1000.5, true}}};
  table.filter = true;
  const auto html = html_of(table);

  EXPECT_THAT(html, HasSubstr("<table data-filter>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\" class=\"left\" data-choice>name</th>"));
  EXPECT_THAT(html, HasSubstr("class=\"right\">time <span class=\"unit\">s</span></th>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"left\">a&lt;b</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"right marked\" data-value=\"1000.5\">1,000</td>"));
}

TEST(HtmlPage, TableHeadsNeighbouringColumnsOfAGroupOnce) {
  HtmlTable table;
  table.columns = {{"a"}, {"b", "", "G"}, {"c", "", "G"}, {"d", "", "H"}};
  const auto html = html_of(table);

  EXPECT_THAT(html, HasSubstr("<th colspan=\"1\"></th>"
                              "<th colspan=\"2\" scope=\"colgroup\" class=\"first\">G</th>"
                              "<th colspan=\"1\" scope=\"colgroup\" class=\"first\">H</th>"));
}

TEST(HtmlPage, RowMayEndEarly) {
  HtmlTable table;
  table.columns = {{"a"}, {"b"}};
  table.rows = {{{"1"}}};

  EXPECT_THAT(html_of(table), HasSubstr("<td class=\"right\">1</td><td class=\"right\"></td>"));
}

TEST(HtmlPage, ListsItsSectionsFromThreeOn) {
  HtmlPage page;
  page.sections = {{"A", {}}, {"B", {}}};
  EXPECT_THAT(to_html(page, small_parts()), Not(HasSubstr("<nav")));
  page.sections.push_back({"C & D", {}});
  EXPECT_THAT(to_html(page, small_parts()), HasSubstr("<a href=\"#s3\">C &amp; D</a>"));
}

TEST(HtmlPage, IsTheSameBytesEachTime) {
  const auto page = page_of(HtmlFigures{{"speedup", "6.72x", "claimed 6.7x"}});

  EXPECT_EQ(to_html(page, small_parts()), to_html(page, small_parts()));
}

TEST(WebParts, AreVegaVegaLiteVegaEmbedAndOurs) {
  const auto parts = load_web_parts(web_folder());

  ASSERT_EQ(parts.scripts.size(), 5U);
  EXPECT_THAT(parts.scripts[4], HasSubstr("vegaEmbed("));
  EXPECT_THAT(parts.notices, HasSubstr("vega-lite 6."));
  EXPECT_THAT(test::loads(parts.style), IsEmpty());
}

/// What reading the parts out of a folder says, or "".
std::string complaint(const std::string& folder) {
  try {
    (void)load_web_parts(folder);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(WebParts, MissingLibrarySaysWhatInstallsIt) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "attnsim_no_libraries";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "page.css") << "p {}\n";

  EXPECT_THAT(complaint(folder),
              AllOf(HasSubstr("node_modules/vega/build/vega.min.js: cannot be read"),
                    HasSubstr("scripts/setup.sh"), HasSubstr("npm ci --ignore-scripts")));
}

}  // namespace
}  // namespace attnsim::report
