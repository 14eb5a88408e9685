// Filters and sorts the table of projects. Without it the whole table is there.
(function () {
  "use strict";
  var table = document.getElementById("fleet");
  var form = document.getElementById("filter");
  var shown = document.getElementById("shown");
  if (!table || !form) return;

  var fields = ["text", "kind", "tier", "owner", "state", "python", "tone"];
  var more = document.getElementById("more");
  var limit = 200;  // more rows than people read are not laid out until asked for
  var rows = Array.prototype.slice.call(table.querySelectorAll("tbody tr"));
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  var tones = ["fail", "block", "odd", "open", "said", "none", "pass"];
  var order = { column: -1, down: false };  // -1: as the page came
  var unknown = [];  // what the address asks for and this page does not have

  // Read once: what a filter looks at must not be asked of a thousand rows at every key.
  var facts = rows.map(function (row) {
    return {
      row: row, search: row.dataset.search, kind: row.dataset.kind, owner: row.dataset.owner,
      state: row.dataset.state, tier: row.dataset.tier,
      tones: Array.prototype.map.call(row.cells, function (cell) {
        return cell.className.replace(/^.*\bt-(\w+).*$/, "$1");
      })
    };
  });

  // By name: which place a Python has in the table is another on another night.
  function column(key) {
    return heads.findIndex(function (head) { return head.dataset.key === key; });
  }

  function matches(fact, wanted, words) {
    if (!words.every(function (word) { return fact.search.indexOf(word) >= 0; })) return false;
    if (["kind", "owner", "state", "tier"].some(function (name) {
      return wanted[name] && fact[name] !== wanted[name];
    })) return false;
    if (wanted.python) {
      var tone = fact.tones[wanted.column];
      return wanted.tone ? tone === wanted.tone : Boolean(tone) && tone !== "none";
    }
    return !wanted.tone || fact.tones.indexOf(wanted.tone) >= 0;
  }

  function apply() {
    var wanted = {}, number = 0;
    fields.forEach(function (name) { wanted[name] = form.elements[name].value; });
    wanted.column = column(wanted.python);
    var words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    facts.forEach(function (fact) {
      var fits = matches(fact, wanted, words);
      if (fits) number += 1;
      var hide = !fits || number > limit;
      if (fact.row.hidden !== hide) fact.row.hidden = hide;
    });
    shown.textContent = number + " of " + rows.length
      + (number > limit ? " match, the first " + limit + " shown" : " shown")
      + (unknown.length ? "; the address asks for what is not here: " + unknown.join(", ") : "");
    more.hidden = number <= limit;
  }

  // A filtered and sorted table has an address of its own, to be sent to others.
  function remember() {
    var kept = new URLSearchParams();
    fields.forEach(function (name) {
      if (form.elements[name].value) kept.set(name, form.elements[name].value);
    });
    if (order.column >= 0) kept.set("sort", heads[order.column].dataset.key);
    if (order.down) kept.set("dir", "down");
    var said = kept.toString();
    history.replaceState(null, "", location.pathname + location.search + (said && "#?" + said));
  }

  function recall() {
    var view = location.hash.slice(0, 2) === "#?";  // else it is a place on the page
    var kept = new URLSearchParams(view ? location.hash.slice(2) : ""), before = order.column;
    unknown = [];
    fields.forEach(function (name) {
      var field = form.elements[name], wanted = kept.get(name) || "";
      field.value = wanted;
      if (field.value === wanted) return;
      field.value = "";
      unknown.push(field.labels[0].firstChild.textContent.trim() + " " + wanted.slice(0, 60));
    });
    var key = kept.get("sort");
    order = { column: key ? column(key) : -1, down: false };
    if (key && order.column < 0) unknown.push("sorted by " + key.slice(0, 60));
    else order.down = kept.get("dir") === "down";
    if (order.column >= 0 || before >= 0) sort();
    apply();
  }

  function value(row, kind) {
    var cell = row.cells[order.column];
    if (kind === "number") return -Number(cell.dataset.v);
    if (kind === "tone") {
      return tones.findIndex(function (tone) { return cell.classList.contains("t-" + tone); });
    }
    return cell.textContent.trim();
  }

  // The rows of the first body in this order, which is each time made from the one that came.
  function sorted(body) {
    var own = rows.filter(function (row) { return row.parentNode === body; });
    if (order.column < 0) return own;
    var kind = heads[order.column].dataset.sort;
    var keyed = own.map(function (row) { return { row: row, key: value(row, kind) }; });
    keyed.sort(function (a, b) {
      var before = kind === "text"
        ? a.key.localeCompare(b.key, "en", { numeric: true })
        : a.key - b.key;
      return order.down ? -before : before;
    });
    return keyed.map(function (item) { return item.row; });
  }

  function sort() {
    var body = table.tBodies[0], placed = document.createDocumentFragment();
    sorted(body).forEach(function (row) { placed.appendChild(row); });
    body.appendChild(placed);
    var known = new Map(facts.map(function (fact) { return [fact.row, fact]; }));
    facts = Array.prototype.map.call(table.querySelectorAll("tbody tr"), function (row) {
      return known.get(row);
    });
    heads.forEach(function (head, number) {
      if (number !== order.column) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    });
  }

  function change() {
    unknown = [];
    apply();
    remember();
  }

  heads.forEach(function (head, number) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) button.appendChild(head.firstChild);
    head.appendChild(button);
    button.addEventListener("click", function () {
      order = { column: number, down: order.column === number && !order.down };
      sort();
      change();
    });
  });
  more.addEventListener("click", function () { limit = Infinity; apply(); });
  form.hidden = false;
  form.addEventListener("input", change);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", function () {
    if (!location.hash || location.hash.slice(0, 2) === "#?") recall();
  });
  recall();
})();
