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
  var tones = ["fail", "block", "odd", "open", "said", "none", "pass"];

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

  function matches(fact, wanted, words) {
    if (!words.every(function (word) { return fact.search.indexOf(word) >= 0; })) return false;
    if (["kind", "owner", "state", "tier"].some(function (name) {
      return wanted[name] && fact[name] !== wanted[name];
    })) return false;
    if (wanted.python) {
      var tone = fact.tones[Number(wanted.python)];
      return wanted.tone ? tone === wanted.tone : Boolean(tone) && tone !== "none";
    }
    return !wanted.tone || fact.tones.indexOf(wanted.tone) >= 0;
  }

  function apply() {
    var wanted = {}, kept = new URLSearchParams(), number = 0;
    fields.forEach(function (name) {
      wanted[name] = form.elements[name].value;
      if (wanted[name]) kept.set(name, wanted[name]);
    });
    var words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    facts.forEach(function (fact) {
      var fits = matches(fact, wanted, words);
      if (fits) number += 1;
      var hide = !fits || number > limit;
      if (fact.row.hidden !== hide) fact.row.hidden = hide;
    });
    shown.textContent = number + " of " + rows.length
      + (number > limit ? " match, the first " + limit + " shown" : " shown");
    more.hidden = number <= limit;
    return kept.toString();
  }

  // A filtered table has an address of its own, to be sent to others.
  function remember() {
    var kept = apply();
    history.replaceState(null, "", kept ? "#?" + kept : location.pathname.split("/").pop());
  }

  function recall() {
    if (location.hash.slice(0, 2) !== "#?") return;
    var kept = new URLSearchParams(location.hash.slice(2));
    fields.forEach(function (name) {
      if (kept.has(name)) form.elements[name].value = kept.get(name);
    });
  }

  more.addEventListener("click", function () { limit = Infinity; apply(); });

  function value(row, column, kind) {
    var cell = row.cells[column];
    if (kind === "number") return -Number(cell.dataset.v);
    if (kind === "tone") {
      return tones.findIndex(function (tone) { return cell.classList.contains("t-" + tone); });
    }
    return cell.textContent.trim();
  }

  function sort(head, column) {
    var kind = head.dataset.sort;
    var down = head.getAttribute("aria-sort") === "ascending";
    var body = table.tBodies[0];
    var keyed = Array.prototype.map.call(body.rows, function (row) {
      return { row: row, key: value(row, column, kind) };
    });
    keyed.sort(function (a, b) {
      var order = kind === "text"
        ? a.key.localeCompare(b.key, "en", { numeric: true })
        : a.key - b.key;
      return down ? -order : order;
    });
    var sorted = document.createDocumentFragment();
    keyed.forEach(function (item) { sorted.appendChild(item.row); });
    body.appendChild(sorted);
    var known = new Map(facts.map(function (fact) { return [fact.row, fact]; }));
    facts = Array.prototype.map.call(table.querySelectorAll("tbody tr"), function (row) {
      return known.get(row);
    });
    apply();
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) {
      other.removeAttribute("aria-sort");
    });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }

  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) button.appendChild(head.firstChild);
    head.appendChild(button);
    button.addEventListener("click", function () { sort(head, column); });
  });
  form.hidden = false;
  form.addEventListener("input", remember);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  recall();
  apply();
})();
