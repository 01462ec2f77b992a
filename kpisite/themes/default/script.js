// What a page does besides being read; each page is whole without it.  Rows are sorted and filtered,
// all workings opened at once, people found by name, and a total tried out.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, more = {}) => Object.assign(document.createElement(name), more);

  // One button opens every working of a form, or closes them.
  for (const button of all("button.open-all")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(open));
      all("table.form details, table.pay details").forEach((one) => { one.open = open; });
    });
  }

  // Lists of people are sorted by their heads.
  const figure = (text) => {
    const plain = text.replace(/[,\s]/g, "").replace("\u2212", "-").replace("±", "");
    return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null;
  };
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const said = (row, at) => (row.cells[at] ? row.cells[at].textContent.trim() : "");
  const compare = (at) => (one, other) => {
    const [left, right] = [said(one, at), said(other, at)];
    const [a, b] = [figure(left.split("\n")[0]), figure(right.split("\n")[0])];
    if (a !== null && b !== null) return a - b;
    if (a !== null || b !== null) return a === null ? 1 : -1;
    return collator.compare(left, right);
  };
  for (const table of all("table.people, table.payroll, .scroll table")) {
    const body = table.tBodies[0];
    if (!table.tHead || !body || body.rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      if (!head.textContent.trim() || head.classList.contains("trend")) return;
      const button = make("button", { type: "button", className: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        all("[aria-sort]", table.tHead).forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort(compare(at));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }

  // A field narrows the lists of a page; where the tree has an index, it also finds people in it.
  const field = document.querySelector(".find input");
  if (field) {
    const box = field.closest(".find");
    const list = box.querySelector("ol");
    const none = box.querySelector(".none");
    const rows = all("table.people > tbody > tr, table.payroll > tbody > tr");
    let index = null;
    box.hidden = false;
    const words = () => field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (text, wanted) => wanted.every((word) => text.includes(word));
    const show = () => {
      const wanted = words();
      rows.forEach((row) => { row.hidden = !fits(row.textContent.toLowerCase(), wanted); });
      list.replaceChildren();
      none.hidden = true;
      if (!index || wanted.length === 0) return;
      const found = [];
      for (const [id, name, title, months] of index.people) {
        for (const [m, d] of [...months].reverse()) {
          const month = index.months[m];
          const [folder, department] = index.departments[d];
          const text = `${id} ${name} ${title} ${month[0]} ${month[1]} ${folder} ${department}`;
          if (!fits(text.toLowerCase(), wanted)) continue;
          const path = index.path.replace("{department}", folder);
          const href = path.replace("{month}", month[0]).replace("{id}", id);
          found.push([`${name} ${id}`, `${department} · ${month[1]}`, href]);
          if (!wanted.some((word) => `${month[0]} ${month[1]}`.includes(word))) break;
        }
        if (found.length >= 30) break;
      }
      none.hidden = found.length > 0;
      for (const [who, where, href] of found) {
        const link = make("a", { textContent: who, href: box.dataset.root + href });
        const item = make("li");
        item.append(link, " ", make("span", { className: "soft", textContent: where }));
        list.append(item);
      }
    };
    window.kpisiteIndex = (found) => { index = found; show(); };
    if (box.dataset.index) field.addEventListener("focus", () => {
      document.head.append(make("script", { src: box.dataset.root + box.dataset.index }));
    }, { once: true });
    field.addEventListener("input", show);
  }

  // What a total would be: the form's own formulas, as exact fractions.
  const abs = (a) => (a < 0n ? -a : a);
  const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return abs(a); };
  const ratio = (n, d) => {
    const by = (gcd(n, d) || 1n) * (d < 0n ? -1n : 1n);
    return [n / by, d / by];
  };
  const parse = (text) => {
    const found = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(String(text).trim());
    if (!found || !(found[2] || found[3])) return null;
    const power = Number(found[4] || 0) - found[3].length;
    const digits = BigInt(found[2] + found[3]) * (found[1] === "-" ? -1n : 1n);
    return power < 0 ? ratio(digits, 10n ** BigInt(-power)) : [digits * 10n ** BigInt(power), 1n];
  };
  const plus = ([a, b], [c, d]) => ratio(a * d + c * b, b * d);
  const times = ([a, b], [c, d]) => ratio(a * c, b * d);
  const below = ([a, b], [c, d]) => a * d < c * b;
  const floor = (n, d) => n / d - (n % d < 0n ? 1n : 0n);
  const rounded = ([n, d], places, mode) => {
    const scale = 10n ** BigInt(places);
    const [size, whole] = [abs(n) * scale, (abs(n) * scale) / d];
    const twice = 2n * (size - whole * d);
    const up = { "half-up": twice >= d, "half-even": twice > d || (twice === d && whole % 2n === 1n),
      up: twice > 0n, down: false }[mode];
    return ratio((whole + (up ? 1n : 0n)) * (n < 0n ? -1n : 1n), scale);
  };
  // A number left over from a division is settled to thirty places before it is compared or rounded.
  const settle = (value) => rounded(value, 30, "half-even");
  const holds = {
    "≥": (a, b) => !below(a, b), ">": (a, b) => below(b, a),
    "≤": (a, b) => !below(b, a), "<": below, "=": (a, b) => !below(a, b) && !below(b, a),
  };
  const value = (node, given) => {
    if (typeof node === "string") return parse(node);
    if (typeof node === "number") return given[node];
    const [kind, ...parts] = node;
    const of = (one) => value(one, given);
    switch (kind) {
      case "+": return parts.map(of).reduce(plus, [0n, 1n]);
      case "*": return parts.map(of).reduce(times, [1n, 1n]);
      case "-": return plus(of(parts[0]), times(of(parts[1]), [-1n, 1n]));
      case "/": { const [n, d] = of(parts[1]); return times(of(parts[0]), ratio(d, n)); }
      case "min": { const [a, b] = parts.map(of); return below(b, a) ? b : a; }
      case "clamp": {
        let found = of(parts[0]);
        const [least, most] = [parts[1], parts[2]].map((one) => (one === null ? null : parse(one)));
        if (least && below(found, least)) found = least;
        return most && below(most, found) ? most : found;
      }
      case "floor": { const [n, d] = settle(of(parts[0])); return [floor(n, d), 1n]; }
      case "round": return rounded(settle(of(parts[0])), parts[1], parts[2]);
      default: { // a table that the number is looked up in
        const found = settle(of(parts[0]));
        for (const [sign, at, gives] of parts[1]) {
          if (sign === "" || holds[sign](found, settle(of(at)))) return of(gives);
        }
        return [0n, 1n];
      }
    }
  };
  const fixed = ([n, d], places) => {
    const [top] = times(rounded([n, d], places, "half-up"), [10n ** BigInt(places), 1n]);
    const digits = String(abs(top)).padStart(places + 1, "0");
    const cut = digits.length - places;
    return (top < 0n ? "\u2212" : "") + digits.slice(0, cut) + (places ? `.${digits.slice(cut)}` : "");
  };
  const totalOf = (form, given) => value(form.total, given.map(parse));
  window.kpisite = { total: (form, given) => fixed(totalOf(form, given), form.places) };

  const data = document.getElementById("what-if");
  if (data) {
    const form = JSON.parse(data.textContent);
    const box = data.closest("details");
    const gradeOf = (total) =>
      (form.grades.find(([, from]) => from === null || !below(total, parse(from))) || [""])[0];
    const fields = all("input[data-at]", box);
    const given = () => form.given.map(([, written], at) => {
      const field = fields.find((one) => Number(one.dataset.at) === at);
      const changed = field && field.value !== field.defaultValue && parse(field.value);
      return changed ? field.value : written;
    });
    const tell = (place, marks) => {
      const total = totalOf(form, marks);
      place.textContent = `${fixed(total, form.places)} ${gradeOf(total)}`.trim();
    };
    const update = () => {
      tell(box.querySelector("output.total"), given());
      for (const place of all("output[data-full]", box)) {
        const at = Number(place.dataset.full);
        tell(place, form.given.map(([, written, most], i) => (i === at ? most : written)));
      }
    };
    box.hidden = false;
    box.addEventListener("input", update);
    box.querySelector("button").addEventListener("click", () => {
      fields.forEach((one) => { one.value = one.defaultValue; });
      update();
    });
    update();
  }
})();
