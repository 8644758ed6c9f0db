#include "report/html_page.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace attnsim::report {
namespace {

/// Nothing is fetched, whatever a script tries; Vega compiles its expressions, hence unsafe-eval.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

Json grid_json(const HtmlGrid& grid) {
  auto columns = Json::array();
  for (const auto& column : grid.columns) {
    Json json{{"field", column.field},   {"title", column.title}, {"unit", column.unit},
              {"choice", column.choice}, {"shown", column.shown}, {"values", column.values}};
    if (!column.numbers.is_null()) json["numbers"] = column.numbers;
    if (!column.expected.empty()) json["expected"] = column.expected;
    columns.push_back(std::move(json));
  }
  return {{"name", grid.name}, {"file", grid.file}, {"columns", std::move(columns)}};
}

/// Puts a page together; counts the sections and charts, which need an id each.
class Writer {
 public:
  std::string take() { return std::move(html_); }

  void head(const HtmlPage& page, const WebParts& parts) {
    put("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", policy);
    put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    put("<meta name=\"color-scheme\" content=\"light dark\">\n");
    put("<title>{}</title>\n<style>\n{}</style>\n</head>\n", escape_html(page.title), parts.style);
  }

  void body(const HtmlPage& page) {
    put("<body>\n<header>\n<h1>{}</h1>\n", escape_html(page.title));
    text("<p class=\"subtitle\">", page.subtitle, "</p>\n");
    text("<p class=\"lead\">", page.lead, "</p>\n");
    if (page.sections.size() > 2) contents(page.sections);
    put("</header>\n<main>\n");
    for (const auto& section : page.sections) this->section(section);
    put("</main>\n");
    text("<footer><p>", page.footer, "</p></footer>\n");
  }

  /// The libraries and their licences, last: the text is there before they are parsed.
  void scripts(const WebParts& parts) {
    put("<details class=\"notices\"><summary>Licences of the libraries in this page</summary>\n");
    put("<pre>{}</pre></details>\n", escape_html(parts.notices));
    for (const auto& script : parts.scripts) put("<script>\n{}\n</script>\n", script_code(script));
    put("</body>\n</html>\n");
  }

 private:
  template <class... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(html_), format, std::forward<Args>(args)...);
  }

  /// Nothing at all where the text is empty.
  void text(std::string_view before, const std::string& text, std::string_view after) {
    if (!text.empty()) put("{}{}{}", before, escape_html(text), after);
  }

  void contents(const std::vector<HtmlSection>& sections) {
    put("<nav aria-label=\"Contents\">\n");
    for (std::size_t i = 0; i < sections.size(); ++i) {
      put("<a href=\"#s{}\">{}</a>\n", i + 1, escape_html(sections[i].title));
    }
    put("</nav>\n");
  }

  void section(const HtmlSection& section) {
    put("<section id=\"s{}\">\n<h2>{}</h2>\n", ++sections_, escape_html(section.title));
    for (const auto& block : section.blocks) {
      std::visit([this](const auto& content) { this->block(content); }, block);
    }
    put("</section>\n");
  }

  void block(const HtmlParagraph& paragraph) { text("<p>", paragraph.text, "</p>\n"); }

  void block(const HtmlFigures& figures) {
    put("<div class=\"figures\">\n");
    for (const auto& figure : figures) {
      put(R"(<div class="number"><div class="name">{}</div><div class="value">{}</div>)",
          escape_html(figure.title), escape_html(figure.value));
      text("<div class=\"note\">", figure.note, "</div>");
      put("</div>\n");
    }
    put("</div>\n");
  }

  void block(const HtmlChart& chart) {
    const auto id = ++charts_;
    put("<figure class=\"chart\">\n");
    caption(chart.title, chart.note);
    put("<div class=\"plot\" id=\"chart-{}\" role=\"img\" "
        "aria-label=\"{}\"></div>\n",
        id, escape_html(chart.title));
    put("<script type=\"application/json\" id=\"chart-{}-spec\">{}</script>\n</figure>\n", id,
        script_json(chart.spec));
  }

  void block(const HtmlGrid& grid) {
    put("<figure class=\"grid\" id=\"grid-{}\">\n", escape_html(grid.name));
    caption(grid.title, grid.note);
    put("<noscript><p>This table needs JavaScript.</p></noscript>\n");
    put("<script type=\"application/json\" data-grid=\"{}\">{}</script>\n</figure>\n",
        escape_html(grid.name), script_json(grid_json(grid)));
  }

  void block(const HtmlListings& block) {
    put("<figure class=\"listings\">\n");
    caption(block.title, block.note);
    put("<div class=\"sides\">\n");
    for (const auto& listing : block.listings) this->listing(listing);
    put("</div>\n</figure>\n");
  }

  void listing(const HtmlListing& listing) {
    put("<div class=\"listing\">\n");
    text("<h3>", listing.title, "</h3>\n");
    put("<pre tabindex=\"0\" aria-label=\"{}\">", escape_html(listing.title));
    for (const auto& line : listing.lines) {
      const auto escaped = escape_html(line.text);
      put("{}{}{}\n", line.marked ? "<mark>" : "", escaped, line.marked ? "</mark>" : "");
    }
    put("</pre>\n</div>\n");
  }

  void block(const HtmlTable& table) {
    put("<figure class=\"table{}\">\n", table.differences ? " differences" : "");
    caption(table.title, table.note);
    const bool grouped = std::any_of(table.columns.begin(), table.columns.end(), has_group);
    put("<div class=\"scroll\" tabindex=\"0\">\n<table{}{}>\n<thead>\n",
        grouped ? " class=\"dense\"" : "", table.filter ? " data-filter" : "");
    if (grouped) groups(table.columns);
    put("<tr>");
    for (std::size_t i = 0; i < table.columns.size(); ++i) title(table.columns, i);
    put("</tr>\n</thead>\n<tbody>\n");
    for (const auto& row : table.rows) this->row(table.columns, row);
    put("</tbody>\n</table>\n</div>\n</figure>\n");
  }

  void caption(const std::string& title, const std::string& note) {
    if (title.empty() && note.empty()) return;
    put("<figcaption>");
    text("<strong>", title, "</strong>");
    text(" <span>", note, "</span>");
    put("</figcaption>\n");
  }

  void groups(const std::vector<HtmlColumn>& columns) {
    put("<tr class=\"groups\">");
    for (std::size_t first = 0, last = 0; first < columns.size(); first = last) {
      while (last < columns.size() && columns[last].group == columns[first].group) ++last;
      put("<th colspan=\"{}\"{}>{}</th>", last - first,
          has_group(columns[first]) ? R"( scope="colgroup" class="first")" : "",
          escape_html(columns[first].group));
    }
    put("</tr>\n");
  }

  void title(const std::vector<HtmlColumn>& columns, std::size_t i) {
    put(R"(<th scope="col" class="{}"{}>)", look(columns, i),
        columns[i].choice ? " data-choice" : "");
    put("{}", escape_html(columns[i].title));
    text(" <span class=\"unit\">", columns[i].unit, "</span>");
    put("</th>");
  }

  void row(const std::vector<HtmlColumn>& columns, const std::vector<HtmlCell>& cells) {
    constexpr std::size_t long_text = 40;  // letters, which keep some width on a narrow screen
    put("<tr>");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto cell = i < cells.size() ? cells[i] : HtmlCell{};
      put("<td class=\"{}{}{}\"", look(columns, i), cell.marked ? " marked" : "",
          cell.text.size() > long_text ? " long" : "");
      if (cell.sort_by) put(" data-value=\"{}\"", *cell.sort_by);
      put(">{}</td>", escape_html(cell.text));
    }
    put("</tr>\n");
  }

  static bool has_group(const HtmlColumn& column) { return !column.group.empty(); }

  /// The classes of a column's cells; the first of a group has a line before it.
  static std::string look(const std::vector<HtmlColumn>& columns, std::size_t i) {
    const bool first = i > 0 && columns[i].group != columns[i - 1].group;
    return std::string(columns[i].align == Align::right ? "right" : "left") +
           (first ? " first" : "");
  }

  std::string html_;
  int sections_ = 0;
  int charts_ = 0;
};

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

std::string script_json(const Json& json) {
  auto text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  // In JSON a '<' stands only inside strings, where it may be written like this.
  replace_all(text, "<", "\\u003c");
  return text;
}

std::string script_code(std::string_view code) {
  std::string text(code);
  // These stand only inside strings and regular expressions of a program, where "\x3c" is "<".
  for (const auto* const ending : {"/script", "/SCRIPT", "!--"}) {
    replace_all(text, std::string("<") + ending, std::string("\\x3c") + ending);
  }
  return text;
}

std::string to_html(const HtmlPage& page, const WebParts& parts) {
  Writer writer;
  writer.head(page, parts);
  writer.body(page);
  writer.scripts(parts);
  return writer.take();
}

}  // namespace attnsim::report
