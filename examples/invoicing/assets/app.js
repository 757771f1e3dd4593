// What is better with JavaScript; everything works without it.

// A page that the browser kept may be of before a sign-out or of another state: show it anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const fields = (name, within) => [...within.querySelectorAll(`[name=${name}]`)];

// "/" to the search field, "n" to what is new; not while somebody types.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.matches("a") ? wanted.click() : wanted.focus();
});

// One open menu closes when something else is meant.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.switcher[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.switcher[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

for (const all of document.querySelectorAll("[data-tick-all]")) {
  const form = all.closest("form");
  all.hidden = false;
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const tick of fields("id", form)) tick.checked = all.checked;
    else all.checked = fields("id", form).every((tick) => tick.checked);
  });
}

for (const print of document.querySelectorAll("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

// Hundredths as BigInt: a price must not be rounded by a float. Nothing when it is no amount.
const hundredths = (text) => {
  const found = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim());
  return found && BigInt(found[1]) * 100n + BigInt((found[2] ?? "").padEnd(2, "0"));
};

for (const lines of document.querySelectorAll("[data-lines]")) {
  const total = lines.querySelector("[data-total]");
  const more = lines.querySelector("[name=more]");
  const add = () => {
    let sum = 0n;
    for (const line of lines.querySelectorAll(".line:not(.line-head)")) {
      const [quantity, price] = ["quantity", "unit_price"].map((name) => hundredths(line.querySelector(`[name=${name}]`).value));
      if (quantity && price) sum += (quantity * price + 50n) / 100n;
    }
    const whole = new Intl.NumberFormat("en").format(sum / 100n);
    total.textContent = `Total € ${whole}.${String(sum % 100n).padStart(2, "0")}`;
  };
  total.hidden = false;
  lines.addEventListener("input", add);
  more.addEventListener("click", (event) => {
    const line = [...lines.querySelectorAll(".line:not(.line-head)")].at(-1);
    if (lines.querySelectorAll(".line:not(.line-head)").length >= 50) return;
    event.preventDefault();
    const copy = line.cloneNode(true);
    for (const input of copy.querySelectorAll("input")) input.value = "";
    line.after(copy);
    copy.querySelector("input").focus();
  });
  add();
}
