// Tables of any number of rows, from the data in the page: sorted, filtered, shown a part at a
// time, and saved as CSV. Their rows are there for charts too, in `gridRows` by the table's name.
"use strict";

const gridRows = {};

(() => {
  const collator = new Intl.Collator("en", { numeric: true });
  const whole = new Intl.NumberFormat("en-US");
  const absent = (value) => value === null || value === undefined || value === "";

  function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  /** A number as it is shown: whole ones in full, others to four digits. */
  function shownNumber(value) {
    if (Number.isInteger(value) && Math.abs(value) < 1e15) return whole.format(value);
    return String(Number(value.toPrecision(4)));
  }

  const textOf = (column, row) => {
    const value = column.values[row];
    if (absent(value)) return "-";
    return typeof value === "number" ? shownNumber(value) : value;
  };
  const numberOf = (column, row) => (column.numbers ?? column.values)[row];
  const isNumeric = (column) =>
    column.numbers !== undefined || column.values.some((value) => typeof value === "number");

  // ---- filters

  const lengths = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
  const prefixes = [["Ki", 1024], ["Mi", 1024 ** 2], ["Gi", 1024 ** 3], ["Ti", 1024 ** 4], ["k", 1e3], ["M", 1e6],
    ["G", 1e9], ["T", 1e12], ["m", 1e-3], ["u", 1e-6], ["n", 1e-9], ["p", 1e-12]];

  /** "4", "4K" or "4 MiB" as a number; undefined if it is none. */
  function numberIn(text) {
    const parts = /^([-+]?[\d.]+(?:e[-+]?\d+)?)(\s*)([a-z/^2]*)$/i.exec(text.trim().replaceAll(",", ""));
    const number = Number(parts?.[1]);
    if (!parts || Number.isNaN(number)) return undefined;
    const [, , space, unit] = parts;
    if (unit === "") return number;
    if (space === "" && unit in lengths) return number * lengths[unit];
    const prefix = prefixes.find(([name]) => unit.length > name.length && unit.startsWith(name));
    return number * (prefix?.[1] ?? 1);
  }

  const comparisons = {
    "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
    "=": (a, b) => a === b, "!=": (a, b) => a !== b,
  };

  /** What a column's filter asks of a row; undefined where the expression is wrong. */
  function predicate(column, expression) {
    const text = expression.trim();
    if (text === "") return () => true;
    const range = /^(.+?)\.\.(.+)$/.exec(text);
    if (range && isNumeric(column)) {
      const [least, most] = [numberIn(range[1]), numberIn(range[2])];
      if (least === undefined || most === undefined) return undefined;
      return (row) => !absent(numberOf(column, row)) && numberOf(column, row) >= least && numberOf(column, row) <= most;
    }
    const parts = /^(<=|>=|!=|<|>|=)(.*)$/.exec(text);
    if (!parts) {
      const word = text.toLowerCase();
      return (row) => textOf(column, row).toLowerCase().includes(word);
    }
    const [, sign, operand] = parts;
    if (isNumeric(column)) {
      const bound = numberIn(operand);
      if (bound === undefined) return undefined;
      return (row) => !absent(numberOf(column, row)) && comparisons[sign](numberOf(column, row), bound);
    }
    if (sign !== "=" && sign !== "!=") return undefined;
    const word = operand.trim().toLowerCase();
    return (row) => comparisons[sign](textOf(column, row).toLowerCase(), word);
  }

  // ---- one table

  function makeGrid(source) {
    const { name, file, columns: all } = JSON.parse(source.textContent);
    const figure = source.closest("figure");
    const columns = all.filter((column) => column.shown);
    const count = all[0]?.values.length ?? 0;
    const everything = [...Array(count).keys()];
    gridRows[name] = everything.map((row) =>
      Object.fromEntries([["row", row], ...all.map((column) => [column.field, column.values[row]])]));

    const search = element("input", { type: "search", placeholder: "Search all columns", "aria-label": "Search all columns" });
    const controls = element("div", { class: "controls" }, search);
    const shown = element("output");
    const save = element("button", { type: "button", class: "save" });
    const head = element("tr");
    const filters = element("tr", { class: "filters" });
    const body = element("tbody");
    const pager = element("div", { class: "controls pager" });
    const previous = element("button", { type: "button" }, "Previous");
    const next = element("button", { type: "button" }, "Next");
    const size = element("select", { "aria-label": "Rows at a time" });
    for (const rows of [25, 100, 500]) size.add(new Option(`${rows} rows at a time`, rows));
    const place = element("span", { class: "place", "aria-live": "polite" });

    let sorted = everything;
    let visible = everything;
    let first = 0;

    const haystacks = [];
    const haystack = (row) => haystacks[row] ??= columns.map((column) => textOf(column, row)).join("\n").toLowerCase();

    function cell(column, row) {
      const value = textOf(column, row);
      const looks = [isNumeric(column) ? "right" : "left"];
      if (column.expected && value !== column.expected) looks.push("marked");
      if (value.length > 40) looks.push("long");
      return element("td", { class: looks.join(" ") }, value);
    }

    function show() {
      const rows = Number(size.value);
      first = Math.max(0, Math.min(first, Math.floor((visible.length - 1) / rows) * rows));
      const last = Math.min(first + rows, visible.length);
      body.replaceChildren(...visible.slice(first, last).map((row) =>
        element("tr", {}, ...columns.map((column) => cell(column, row)))));
      place.textContent = visible.length === 0 ? "No row matches" :
        `Rows ${whole.format(first + 1)} to ${whole.format(last)} of ${whole.format(visible.length)}`;
      previous.disabled = first === 0;
      next.disabled = last === visible.length;
    }

    const inputs = columns.map((column) => {
      const title = column.title;
      const input = column.choice ? element("select", { "aria-label": `Filter ${title}` })
        : element("input", { type: "text", size: isNumeric(column) ? 5 : 7, "aria-label": `Filter ${title}`, placeholder: isNumeric(column) ? ">" : "" });
      if (column.choice) {
        input.add(new Option("all", ""));
        for (const value of new Set(column.values)) if (!absent(value)) input.add(new Option(value, `=${value}`));
      }
      filters.append(element("td", {}, input));
      return { column, input };
    });

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
      const tests = [];
      for (const { column, input } of inputs) {
        const test = predicate(column, input.value);
        input.setAttribute("aria-invalid", test === undefined);
        input.title = test === undefined ? "Not understood: write >4, <=2.5, 16..64, =text, !=text or part of the text" : "";
        if (test && input.value.trim() !== "") tests.push(test);
      }
      visible = sorted.filter((row) =>
        tests.every((test) => test(row)) && words.every((word) => haystack(row).includes(word)));
      shown.textContent = `${whole.format(visible.length)} of ${whole.format(count)} rows`;
      save.textContent = `Save ${whole.format(visible.length)} rows as CSV`;
      first = 0;
      show();
    }

    function sort(column, header) {
      const descending = header.getAttribute("aria-sort") === "ascending";
      for (const other of head.children) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const numeric = isNumeric(column);
      const key = numeric ? (row) => numberOf(column, row) : (row) => column.values[row];
      const order = numeric ? (a, b) => key(a) - key(b) : (a, b) => collator.compare(key(a), key(b));
      const there = everything.filter((row) => !absent(key(row)));
      there.sort((a, b) => (descending ? order(b, a) : order(a, b)));
      sorted = [...there, ...everything.filter((row) => absent(key(row)))];  // absent ones last either way
      filter();
    }

    for (const column of columns) {
      const button = element("button", { type: "button" }, column.title);
      if (column.unit) button.append(" ", element("span", { class: "unit" }, column.unit));
      const header = element("th", { scope: "col", class: isNumeric(column) ? "right" : "left" }, button);
      button.addEventListener("click", () => sort(column, header));
      head.append(header);
    }

    function csv() {
      const quoted = (value) => {
        const text = absent(value) ? "" : String(value);
        return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      };
      const titles = columns.map(({ title, unit }) => quoted(unit ? `${title} (${unit})` : title));
      const lines = visible.map((row) => columns.map((column) => quoted(column.values[row])).join(","));
      return [titles.join(","), ...lines, ""].join("\n");
    }

    save.addEventListener("click", () => {
      const link = element("a", { download: file, href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })) });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
    previous.addEventListener("click", () => { first -= Number(size.value); show(); });
    next.addEventListener("click", () => { first += Number(size.value); show(); });
    size.addEventListener("input", show);
    for (const input of [search, ...inputs.map((one) => one.input)]) input.addEventListener("input", filter);

    controls.append(shown, save);
    pager.append(previous, next, place, size);
    const table = element("table", {}, element("thead", {}, head, filters), body);
    figure.append(controls, element("div", { class: "scroll", tabindex: "0" }, table), pager);
    filter();
  }

  for (const source of document.querySelectorAll("script[data-grid]")) makeGrid(source);
})();
