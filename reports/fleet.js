// Filters and sorts the table of projects. Without it the whole table is there.
(function () {
  "use strict";
  var table = document.getElementById("fleet");
  var form = document.getElementById("filter");
  var shown = document.getElementById("shown");
  if (!table || !form) return;

  var fields = ["text", "kind", "owner", "state", "tone"];
  var rows = Array.prototype.slice.call(table.querySelectorAll("tbody tr"));
  var tones = ["fail", "block", "odd", "open", "said", "none", "pass"];

  function matches(row, wanted) {
    var words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    return words.every(function (word) { return row.dataset.search.indexOf(word) >= 0; })
      && (!wanted.kind || row.dataset.kind === wanted.kind)
      && (!wanted.owner || row.dataset.owner === wanted.owner)
      && (!wanted.state || row.dataset.state === wanted.state)
      && (!wanted.tone || row.querySelector("td.t-" + wanted.tone) !== null);
  }

  function apply() {
    var wanted = {}, kept = new URLSearchParams(), number = 0;
    fields.forEach(function (name) {
      wanted[name] = form.elements[name].value;
      if (wanted[name]) kept.set(name, wanted[name]);
    });
    rows.forEach(function (row) {
      row.hidden = !matches(row, wanted);
      if (!row.hidden) number += 1;
    });
    shown.textContent = number + " of " + rows.length + " shown";
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
    keyed.forEach(function (item) { body.appendChild(item.row); });
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
