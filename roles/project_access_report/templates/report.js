"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  // The page never holds more than these, however large the report is.
  const SIZE = {people: 25, projects: 8, rows: 25};
  const PRINTED = {people: 60, projects: 60, rows: 200};
  const PROJECTS_ON_A_SHEET = 10;
  const CHIPS = new Set(["access", "roster", "found"]);
  const ENTRY = 5;

  const byId = (id) => document.getElementById(id);
  const fold = (text) => text.toLowerCase();
  const sorted = (numbers) => [...numbers].sort((one, other) => one - other);
  const listed = (content) => (Array.isArray(content) ? content : content ? [content] : []);

  let size = SIZE;
  const page = {};
  const pagers = {};

  function element(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  const isolated = (...parts) => element("bdi", null, ...parts);
  // A long name may go on in the next line after these.
  const breaking = (text) => isolated(
    ...text.split(/(?<=[/_.@-])/).flatMap((part, place) => (place ? [element("wbr"), part] : [part])));
  const chip = (text, ...kinds) =>
    element("span", {className: ["chip", data.tones[text] || "plain", ...kinds].join(" ")}, text);

  // What is asked for.

  function readFilter() {
    const [service, project, person, access] = ["service", "project", "person", "access"].map(
      (name) => byId(`filter-${name}`).value.trim()
    );
    return {
      service, access, project: searcher(project), person: searcher(person),
      words: [service, project && `project ${project}`, person && `person or account ${person}`,
        access && `access ${byId("filter-access").selectedOptions[0].textContent}`].filter(Boolean).join(", "),
    };
  }

  // Part of a name, in any case; in quotes, the whole name exactly. Null when nothing is asked for.
  function searcher(text) {
    if (!text) return null;
    if (/^".+"$/.test(text)) return (candidate) => candidate === text.slice(1, -1);
    const part = fold(text);
    return (candidate) => fold(candidate).includes(part);
  }

  function accessFits(access, texts, ways) {
    const [kind, wanted] = [access.split(":", 1)[0], access.slice(access.indexOf(":") + 1)];
    if (kind === "text") return texts.includes(wanted);
    if (kind === "way") return ways.some((way) => way.startsWith(wanted));
    return texts.some((text) => ["elevated", "owner"].includes(data.tones[text]));
  }

  // People and projects.

  function selectAccess(filter) {
    const projectFits = data.projects.map(
      ([service, label]) => (!filter.service || service === filter.service) && (!filter.project || filter.project(label))
    );
    const personFits = data.people.map(
      ([label, , accounts]) => !filter.person || filter.person(label)
        || accounts.some((account) => filter.person(account.slice(account.indexOf(": ") + 2)))
    );
    const entries = [], projects = new Set(), people = new Set();
    for (let start = 0; start < data.access.length; start += ENTRY) {
      const [project, person, text, way] = data.access.slice(start, start + ENTRY);
      if (!projectFits[project] || !personFits[person]) continue;
      if (filter.access && !accessFits(filter.access, [data.texts[text]], [data.ways[way]])) continue;
      entries.push(start);
      projects.add(project);
      people.add(person);
    }
    // A project without anybody is worth seeing until people or access are asked for.
    if (!filter.person && !filter.access) projectFits.forEach((fits, project) => fits && projects.add(project));
    return {entries, projects: sorted(projects), people: people.size};
  }

  function projectHeading(number) {
    const [service, label, isPublic, roster] = data.projects[number];
    const marks = [isPublic && "public", roster !== "none" && `${roster} list`].filter(Boolean);
    return element("th", {scope: "col"},
      element("span", {className: "sub"}, service), only("project", label),
      marks.length ? element("span", {className: "sub"}, marks.join(", ")) : null);
  }

  function personHeading(number) {
    const [label, kind, accounts] = data.people[number];
    const mark = {unknown: data.unknown, named: data.named}[kind];
    return element("th", {scope: "row", className: kind},
      only("person", label), mark ? element("span", {className: "mark"}, mark) : null,
      ...accounts.map((account) => element("span", {className: "sub"}, isolated(account))));
  }

  function only(name, label) {
    if (size === PRINTED) return element("strong", null, breaking(label));
    const button = element("button", {type: "button", className: "only", title: `Show only ${label}`}, breaking(label));
    button.addEventListener("click", () => {
      byId(`filter-${name}`).value = `"${label}"`;
      byId(`filter-${name}`).focus();
      changed();
    });
    return button;
  }

  function grant(start) {
    const [, , text, way, origin] = data.access.slice(start, start + ENTRY);
    const inherited = data.ways[way] === "inherited";
    return element("div", {className: "grant"}, chip(data.texts[text], data.ways[way]),
      inherited ? element("span", {className: "how"}, "inherited: ", isolated(data.origins[origin])) : null);
  }

  function showMatrix(selected) {
    const projects = turn("projects", selected.projects, "projects");
    const matrix = byId("table-matrix");
    byId("more-matrix").replaceChildren();
    fillMatrix(matrix, selected.entries, size === PRINTED ? projects.slice(0, PROJECTS_ON_A_SHEET) : projects);
    if (size !== PRINTED) return;
    for (let start = PROJECTS_ON_A_SHEET; start < projects.length; start += PROJECTS_ON_A_SHEET) {
      const more = matrix.cloneNode(true);
      more.removeAttribute("id");
      fillMatrix(more, selected.entries, projects.slice(start, start + PROJECTS_ON_A_SHEET));
      byId("more-matrix").append(more);
    }
  }

  function fillMatrix(matrix, selected, projects) {
    const columns = new Map(projects.map((project, x) => [project, x]));
    // Rows are for those who are on one of the projects in sight: others would be empty.
    const entries = selected.filter((start) => columns.has(data.access[start]));
    const all = sorted(new Set(entries.map((start) => data.access[start + 1])));
    const people = turn("people", all, "people on them");
    const rows = new Map(people.map((person, y) => [person, y]));
    const cells = new Map();
    for (const start of entries) {
      const place = rows.get(data.access[start + 1]) * projects.length + columns.get(data.access[start]);
      cells.set(place, [...(cells.get(place) || []), start]);
    }
    matrix.tHead.replaceChildren(element("tr", null,
      element("th", {scope: "col"}, "Person or account"), ...projects.map(projectHeading)));
    matrix.tBodies[0].replaceChildren(...people.map((person, y) => element("tr", null, personHeading(person),
      ...projects.map((_, x) => element("td", null, ...(cells.get(y * projects.length + x) || []).map(grant))))));
    if (!people.length) matrix.tBodies[0].append(note(projects.length + 1, NOTHING));
    if (size === PRINTED && people.length < all.length) {
      matrix.tBodies[0].append(note(projects.length + 1, `and ${all.length - people.length} more, see the CSV file`));
    }
  }

  // The other tables.

  function selectRows(name, filter) {
    const columns = data.columns[name];
    const content = (row, column) => (columns.includes(column) ? listed(row[columns.indexOf(column)]) : null);
    const fits = (row, wanted, ...names) => {
      const contents = names.map((column) => content(row, column)).filter(Boolean);
      return !wanted || !contents.length || contents.flat().some(wanted);
    };
    return data.tables[name].filter((row) => {
      if (filter.service && content(row, "service")[0] !== filter.service) return false;
      if (!fits(row, filter.project, "project", "projects")) return false;
      if (!fits(row, filter.person, "person", "account")) return false;
      if (!filter.access) return true;
      const ways = columns.includes("account") ? content(row, "how") || ["direct"] : null;
      return !ways || accessFits(filter.access, [...CHIPS].flatMap((column) => content(row, column) || []), ways);
    });
  }

  function cell(column, content) {
    const texts = listed(content);
    let parts;
    if (column === "difference") parts = [element("span", {className: `chip ${content}`}, content)];
    else if (CHIPS.has(column)) parts = texts.flatMap((text) => [chip(text), " "]);
    // One text for a long list, in place of thousands of elements.
    else if (texts.length > 20) parts = [isolated(texts.join(", "))];
    else if (column === "person" && content === data.unknown) parts = [element("span", {className: "mark"}, content)];
    else if (column === "project") parts = [breaking(content)];
    else parts = texts.flatMap((text, place) => (place ? [", ", isolated(text)] : [isolated(text)]));
    return element("td", {className: `column-${column}`}, ...parts);
  }

  function showTable(name, rows) {
    const shown = turn(name, rows, "rows");
    const body = byId(`table-${name}`).tBodies[0];
    body.replaceChildren(...shown.map((row) => element("tr", null,
      ...row.map((content, place) => cell(data.columns[name][place], content)))));
    if (!rows.length) body.append(note(data.columns[name].length, NOTHING));
  }

  const NOTHING = "Nothing here fits the filter.";
  const note = (width, text) => element("tr", null, element("td", {colSpan: width, className: "nothing"}, text));

  // Pages.

  function makePager(name, label) {
    const status = element("span", {className: "where"});
    const button = (text, step) => {
      const made = element("button", {type: "button", "aria-label": `${text} page of ${label}`}, text);
      made.addEventListener("click", () => {
        // Not `disabled`, which would take the focus away from whoever pages by keyboard.
        if (made.getAttribute("aria-disabled") !== "true") { page[name] += step; show(); }
      });
      return made;
    };
    pagers[name] = {status, previous: button("Previous", -1), next: button("Next", 1)};
    byId(`pager-${name}`).replaceChildren(pagers[name].previous, status, pagers[name].next);
    page[name] = 0;
  }

  // The part of a list that its page shows; on paper, the beginning.
  function turn(name, list, noun) {
    const length = size[name] || size.rows;
    const last = Math.max(0, Math.ceil(list.length / length) - 1);
    const start = size === PRINTED ? 0 : Math.min(page[name], last) * length;
    const end = Math.min(start + length, list.length);
    const {status, previous, next} = pagers[name];
    status.textContent = `${list.length ? start + 1 : 0}–${end} of ${list.length} ${noun}`;
    previous.setAttribute("aria-disabled", String(start === 0));
    next.setAttribute("aria-disabled", String(end === list.length));
    byId(`pager-${name}`).classList.toggle("single", start === 0 && end === list.length);
    return list.slice(start, end);
  }

  // All of it.

  const tables = Object.keys(data.tables).filter((name) => byId(`table-${name}`));

  function show() {
    const filter = readFilter();
    const selected = selectAccess(filter);
    showMatrix(selected);
    const counts = tables.map((name) => {
      const rows = selectRows(name, filter);
      showTable(name, rows);
      return [name, rows.length];
    });
    const found = Object.fromEntries(counts);
    const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    byId("status").textContent = [
      filter.words ? "Filtered:" : "Everything:",
      [count(selected.entries.length, "access entry", "access entries"),
        count(selected.people, "person or account", "people and accounts"),
        count(selected.projects.length, "project", "projects"),
        `${found.elevated || 0} elevated`, `${found.unknown || 0} unknown`, `${found.drift || 0} differing`].join(", "),
    ].join(" ");
    byId("filtered").textContent = filter.words && `Only what fits this filter: ${filter.words}.`;
  }

  let waiting = 0;
  function changed() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const name of Object.keys(page)) page[name] = 0;
      show();
    }, 100);
  }

  makePager("people", "people");
  makePager("projects", "projects");
  for (const name of tables) makePager(name, byId(`table-${name}`).caption.textContent);
  for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
  for (const part of document.querySelectorAll(".without-script")) part.hidden = true;
  const form = byId("filters");
  form.addEventListener("input", changed);
  form.addEventListener("reset", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeprint", () => { size = PRINTED; show(); });
  addEventListener("afterprint", () => { size = SIZE; show(); });
  show();
})();
