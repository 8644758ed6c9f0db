// Draws the charts with the page's own colours and makes the tables sortable and filterable. The
// page is complete without it but for the charts.
"use strict";

(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  // ---- charts

  function theme(width, legendColumns) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const [ink, muted, grid, paper] = ["ink", "muted", "grid", "paper"].map(colour);
    const font = getComputedStyle(document.body).fontFamily;
    const titles = { labelColor: muted, titleColor: ink, titleFontWeight: "normal" };
    return {
      background: null,
      font,
      view: { stroke: null },
      axis: { ...titles, domainColor: muted, tickColor: muted, gridColor: grid, labelFontSize: 11, titleFontSize: 12, titlePadding: 8 },
      axisQuantitative: { labelOverlap: "greedy", labelSeparation: 8 },
      header: { labelColor: ink, labelFontSize: 13, labelFontWeight: 600, titleColor: ink },
      legend: { ...titles, labelColor: ink, labelFontSize: 12, titleFontSize: 12, orient: "top", symbolSize: 110, symbolBaseFillColor: ink, symbolBaseStrokeColor: ink, labelLimit: 320, columnPadding: 18, columns: width < 600 ? 2 : legendColumns, layout: { margin: 24 } },
      title: { color: ink, fontSize: 13, anchor: "start" },
      // A mark without a colour of its own is drawn like the text around it.
      mark: { color: ink },
      text: { color: ink },
      rule: { color: muted },
      style: { halo: { stroke: paper, strokeWidth: 0.8 } },  // of a mark that lies on others
    };
  }

  /** Without the names beside marks where there is no room for them: tooltips have them too. */
  function unlabelled(spec) {
    const layer = spec.layer.filter(({ mark }) => mark?.type !== "text");
    return { ...spec, layer, padding: 5 };
  }

  /** The specification with as many panels side by side, and labels, as there is room for. */
  function fitted(spec, width) {
    if (width < spec.usermeta?.labels_from) return unlabelled(spec);
    // As wide as the page, less what stands beside the bars.
    if (spec.usermeta?.beside) return { ...spec, width: Math.max(200, width - spec.usermeta.beside) };
    const panel = spec.usermeta?.panel_width;
    if (!panel || !spec.columns) return spec;
    const panels = spec.concat?.length ?? spec.columns;
    const fit = Math.max(1, Math.min(spec.columns, Math.floor(width / panel)));
    // Four panels in rows of three leave a hole: rows of two look better.
    const columns = fit > 2 && panels > fit && panels % fit !== 0 ? fit - 1 : fit;
    return { ...spec, columns };
  }

  /** The specification's place that a JSON pointer names is set. */
  function put(spec, pointer, value) {
    const keys = pointer.split("/").slice(1);
    const last = keys.pop();
    keys.reduce((place, key) => place[key], spec)[last] = value;
  }

  const chosen = {};  // the title of an option, by the name of the choice

  /** The specification with what the reader chose. */
  function withChoices(spec) {
    const choices = spec.usermeta?.choices;
    if (!choices) return spec;
    const changed = structuredClone(spec);
    for (const { name, options } of choices) {
      const option = options.find(({ title }) => title === chosen[name]) ?? options[0];
      for (const [pointer, value] of Object.entries(option.set)) put(changed, pointer, value);
    }
    return changed;
  }

  /** A list for each choice that a chart offers; lists of one name on the page go together. */
  function addChoices(plot) {
    const lists = (plot.spec.usermeta?.choices ?? []).map(({ name, options }) => {
      const label = document.createElement("label");
      const select = document.createElement("select");
      select.dataset.choice = name;
      for (const { title } of options) select.add(new Option(title, title));
      label.append(`${name} `, select);
      return label;
    });
    if (lists.length === 0) return;
    const controls = document.createElement("div");
    controls.className = "controls";
    controls.append(...lists);
    plot.element.before(controls);
  }

  const offers = (plot, name) => plot.spec.usermeta?.choices?.some((choice) => choice.name === name);

  function choose(name, title) {
    chosen[name] = title;
    for (const select of document.querySelectorAll("select[data-choice]")) {
      if (select.dataset.choice === name) select.value = title;
    }
    const changed = plots.filter((plot) => offers(plot, name));
    queue = queue.then(() => drawAll(changed));
  }

  const lookOf = (spec) => `${spec.columns} columns, ${spec.layer?.length} layers, ${spec.width} wide`;

  const plots = [...document.querySelectorAll(".plot")].map((element) => ({
    element,
    spec: JSON.parse(document.getElementById(`${element.id}-spec`).textContent),
    look: "",
    view: null,
  }));

  async function draw(plot) {
    const spec = fitted(withChoices(plot.spec), plot.element.clientWidth);
    const rows = gridRows[spec.data?.name];
    if (rows) spec.datasets = { [spec.data.name]: rows.map((row) => ({ ...row })) };  // Vega writes on them
    plot.look = lookOf(spec);
    plot.view?.finalize();
    try {
      plot.view = await vegaEmbed(plot.element, spec, {
        mode: "vega-lite",
        renderer: "svg",
        config: theme(plot.element.clientWidth, spec.usermeta?.legend_columns),
        actions: { export: true, source: false, compiled: false, editor: false },
        tooltip: { disableDefaultStyle: true },
      });
    } catch (error) {
      console.error(`${plot.element.id}: ${error.message}`);
      plot.element.innerHTML = '<p class="failed"></p>';
      plot.element.firstChild.textContent = `This chart could not be drawn: ${error.message}`;
    }
  }

  /** One after another, so that the first ones are there early. */
  async function drawAll(some) {
    delete document.documentElement.dataset.drawn;
    for (const plot of some) await draw(plot);
    document.documentElement.dataset.drawn = plots.length;
  }

  plots.forEach(addChoices);
  for (const select of document.querySelectorAll("select[data-choice]")) {
    select.addEventListener("input", () => choose(select.dataset.choice, select.value));
  }
  let queue = drawAll(plots);
  dark.addEventListener("change", () => { queue = queue.then(() => drawAll(plots)); });
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const fits = (plot) => lookOf(fitted(plot.spec, plot.element.clientWidth)) === plot.look;
      if (!plots.every(fits)) queue = queue.then(() => drawAll(plots));
    }, 150);
  });

  // ---- tables

  const textOf = (row, column) => row.cells[column].textContent;
  const numberOf = (row, column) => {
    const value = row.cells[column].dataset.value;
    return value === undefined ? undefined : Number(value);
  };

  /** Numbers by value, before cells without one; else by text, "4K" before "16K". */
  function compare(one, other, column) {
    const [a, b] = [numberOf(one, column), numberOf(other, column)];
    if (a !== undefined && b !== undefined) return a - b;
    return textOf(one, column).localeCompare(textOf(other, column), "en", { numeric: true });
  }

  function sortBy(table, header, column) {
    const descending = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows];
    const has = (row) => textOf(row, column) !== "" && textOf(row, column) !== "-";
    rows.sort((a, b) => {
      if (has(a) !== has(b)) return has(a) ? -1 : 1;  // what is absent is last either way
      return descending ? compare(b, a, column) : compare(a, b, column);
    });
    table.tBodies[0].append(...rows);
  }

  function makeSortable(table) {
    const headers = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    headers.forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sortBy(table, header, column));
      header.append(button);
    });
    return headers;
  }

  function choices(table, header, column) {
    const select = document.createElement("select");
    const name = header.querySelector("button").firstChild.textContent.trim();
    select.setAttribute("aria-label", name);
    select.add(new Option(`${name}: all`, ""));
    const values = new Set([...table.tBodies[0].rows].map((row) => textOf(row, column)));
    for (const value of values) if (value !== "" && value !== "-") select.add(new Option(value, value));
    return select;
  }

  function makeFilterable(table, headers) {
    const rows = [...table.tBodies[0].rows];
    const controls = document.createElement("div");
    controls.className = "controls";
    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = "Search all columns";
    search.setAttribute("aria-label", "Search all columns");
    const selects = headers
      .map((header, column) => ({ header, column }))
      .filter(({ header }) => header.dataset.choice !== undefined)
      .map(({ header, column }) => ({ column, select: choices(table, header, column) }));
    const shown = document.createElement("output");
    const update = () => {
      const words = search.value.toLowerCase().split(/\s+/);
      let count = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const visible =
          words.every((word) => text.includes(word)) &&
          selects.every(({ column, select }) => !select.value || textOf(row, column) === select.value);
        row.hidden = !visible;
        count += visible;
      }
      shown.textContent = `${count} of ${rows.length} rows`;
    };
    controls.append(search, ...selects.map(({ select }) => select), shown);
    controls.addEventListener("input", update);
    update();
    table.closest("figure").querySelector(".scroll").before(controls);
  }

  for (const table of document.querySelectorAll("figure.table table")) {
    const headers = makeSortable(table);
    if (table.dataset.filter !== undefined) makeFilterable(table, headers);
  }
})();
