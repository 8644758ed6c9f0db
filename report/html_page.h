#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "report/json.h"
#include "report/table.h"
#include "report/web_parts.h"

/// A report as one HTML file that opens without a network. A page is a value: sections of blocks,
/// all of them plain text, which `to_html` escapes.
namespace attnsim::report {

struct HtmlColumn {
  std::string title;
  std::string unit{};   ///< "s"; empty: a count, a ratio or a name
  std::string group{};  ///< heads the neighbouring columns that share it; empty: none
  Align align = Align::right;
  bool choice = false;  ///< of few values: the reader may pick one from a list
};

struct HtmlCell {
  std::string text;
  std::optional<double> sort_by{};  ///< what a column of numbers is sorted by; else by the text
  bool marked = false;              ///< out of what was expected
};

struct HtmlTable {
  std::string title;
  std::string note;
  std::vector<HtmlColumn> columns;
  std::vector<std::vector<HtmlCell>> rows;
  bool filter = false;  ///< with a box to search in, lists for the columns of choices, and a count
  bool differences = false;  ///< marks tell cells apart; else they warn
};

/// A Vega-Lite specification with its data in it, or with the name of a grid's. Its
/// `usermeta.choices` (report/chart_parts.h) are lists above it. If it wraps facets into `columns`,
/// the page has fewer of them where it is narrower than `usermeta.panel_width` pixels each.
struct HtmlChart {
  std::string title;
  std::string note;  ///< how to read it: what the marks are
  Json spec;
};

struct HtmlParagraph {
  std::string text;
};

/// A number that carries the message, large: "6.72x", under "attention speedup over FLAT".
struct HtmlFigure {
  std::string title;
  std::string value;
  std::string note;
};

/// A column of a grid.
struct HtmlGridColumn {
  std::string field;  ///< its name in the data of charts
  std::string title;
  std::string unit{};
  Json values = Json::array();  ///< by row: numbers or texts; null where there is none
  Json numbers{};               ///< of texts that stand for numbers: what they are sorted by
  bool choice = false;          ///< of few values: the reader may pick one from a list
  bool shown = true;            ///< else for charts only
  std::string expected{};       ///< any other value is marked; empty: none is
};

/// A table of any number of rows, which the page's script shows in parts, sorts and filters. Charts
/// may draw its rows: their data is {"name": NAME}, an object a row with a member for each field.
struct HtmlGrid {
  std::string name;
  std::string title;
  std::string note;
  std::vector<HtmlGridColumn> columns;  ///< all of one length
  std::string file;                     ///< what the reader's download is called
};

/// A text of lines as a program prints it, some of them marked.
struct HtmlListing {
  struct Line {
    std::string text;
    bool marked = false;
  };
  std::string title;
  std::vector<Line> lines;
};

/// Side by side where there is room.
struct HtmlListings {
  std::string title;
  std::string note;
  std::vector<HtmlListing> listings;
};

using HtmlFigures = std::vector<HtmlFigure>;  ///< side by side
using HtmlBlock =
    std::variant<HtmlParagraph, HtmlFigures, HtmlTable, HtmlChart, HtmlGrid, HtmlListings>;

struct HtmlSection {
  std::string title;
  std::vector<HtmlBlock> blocks;
};

struct HtmlPage {
  std::string title;
  std::string subtitle;
  std::string lead;  ///< the message, in a sentence or two
  std::vector<HtmlSection> sections;
  std::string footer;
};

/// Text for an element or a quoted attribute.
[[nodiscard]] std::string escape_html(std::string_view text);

/// JSON for a script element: nothing in it can end the element or open a comment.
[[nodiscard]] std::string script_json(const Json& json);

/// JavaScript for a script element, likewise; means the same.
[[nodiscard]] std::string script_code(std::string_view code);

/// The whole file. The same page and parts give the same bytes; it loads nothing, and tells the
/// browser not to.
[[nodiscard]] std::string to_html(const HtmlPage& page, const WebParts& parts);

}  // namespace attnsim::report
