// Compares any two nights by their documents. Where these cannot be read (from a disk), it stays hidden.
(function () {
  "use strict";
  var place = document.getElementById("compare-any");
  var form = document.getElementById("compare-form");
  if (!place || !form || location.protocol === "file:") return;
  var list = document.getElementById("differences");
  var said = document.getElementById("compared");
  var order = ["fail", "block", "open", "none", "said", "odd", "pass"];
  var known = {};

  function night(day) {
    if (!known[day]) {
      known[day] = fetch("nights/" + day + ".json").then(function (answer) {
        if (!answer.ok) throw new Error(day + " cannot be read");
        return answer.json();
      });
    }
    return known[day];
  }

  function codes(some) {
    var seen = {};
    some.forEach(function (item) { seen[item.split(" ")[0]] = true; });
    return Object.keys(seen).sort().join(", ");
  }

  function missing(from, other) {
    return from.filter(function (item) { return other.indexOf(item) < 0; });
  }

  // What one night found and the other could not judge is neither new nor gone.
  function apart(some, unknown, known) {
    var unread = missing(unknown.unread || [], known.unread || []).length > 0;
    var judged = [], blind = [];
    some.forEach(function (item) {
      var not = unread || (unknown.unjudged || []).indexOf(item.split(" ")[0]) >= 0;
      (not ? blind : judged).push(item);
    });
    return { judged: judged, blind: blind };
  }

  function findings(was, now, add) {
    if (was.status !== "checked" || now.status !== "checked") return;
    var fresh = apart(missing(now.findings, was.findings), was, now);
    var gone = apart(missing(was.findings, now.findings), now, was);
    [
      ["worse", fresh.judged, " new: "],
      ["other", fresh.blind, " judged that could not be before: "],
      ["other", gone.blind, " no longer judged: "],
      ["better", gone.judged, " gone: "]
    ].forEach(function (row) {
      if (row[1].length) add(row[0], row[1].length + row[2] + codes(row[1]));
    });
  }

  // Better is only what tests show; worse also where something that was shown no longer is.
  function mood(was, now) {
    if (now === "open") return was === "pass" || was === "odd" ? "worse" : "other";
    if (order.indexOf(now) < order.indexOf(was)) return "worse";
    return now === "pass" ? "better" : "other";
  }

  function compare(old, fresh) {
    var rows = [];
    var slugs = Object.keys(Object.assign({}, old.projects, fresh.projects)).sort();
    slugs.forEach(function (slug) {
      var was = old.projects[slug], now = fresh.projects[slug];
      function add(tone, what) {
        rows.push({ slug: now ? slug : "", name: (now || was).name, tone: tone, what: what });
      }
      if (!was || !now) return add("other", was ? "is gone" : "is new");
      if (was.status !== now.status) {
        add(now.status === "error" ? "worse" : "other", "was " + was.status + ", is " + now.status);
      }
      if (old.tests_run && fresh.tests_run) {
        Object.keys(now.cells).forEach(function (python) {
          var before = was.cells[python], after = now.cells[python];
          if (!before || before[0] === after[0]) return;
          add(mood(before[0], after[0]), "Python " + python + ": " + before[1] + ", now " + after[1]);
        });
      }
      findings(was, now, add);
      if (old.upgrades_proposed && fresh.upgrades_proposed && was.state !== now.state) {
        add("other", "upgrade: " + (was.state || "none") + ", now " + (now.state || "none"));
      }
    });
    return rows;
  }

  function show(rows) {
    list.textContent = "";
    rows.forEach(function (row) {
      var item = document.createElement("li");
      var name = document.createElement(row.slug ? "a" : "span");
      if (row.slug) name.href = "projects/" + row.slug + ".html";
      name.textContent = row.name;
      item.append(row.tone + ": ", name, " " + row.what);
      list.append(item);
    });
    said.textContent = rows.length + (rows.length === 1 ? " change" : " changes");
  }

  function renew() {
    var from = form.elements.from.value, to = form.elements.to.value;
    Promise.all([night(from), night(to)]).then(function (both) {
      show(compare(both[0], both[1]));
    }).catch(function (error) { said.textContent = error.message; });
  }

  form.addEventListener("change", renew);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  place.hidden = false;
  renew();
})();
