// The pages that mailed links lead to. Each form sends its fields and the link's token to contract v1 and shows the outcome.
const token = new URLSearchParams(window.location.search).get("token");

const element = (id) => document.getElementById(id);

function showTogether(box) {
  box.addEventListener("change", () => {
    element(box.dataset.shows).type = box.checked ? "text" : "password";
  });
}

function clear(form) {
  form.querySelector(".alert").hidden = true;
  for (const note of form.querySelectorAll(".wrong")) note.hidden = true;
  for (const input of form.querySelectorAll("[name]")) input.removeAttribute("aria-invalid");
}

function alertIn(form, sentence) {
  const alert = form.querySelector(".alert");
  alert.textContent = sentence;
  alert.hidden = false;
}

/** Shows each problem next to its field; problems without a field, such as a used link, appear above the button. */
function refuse(form, answer) {
  const error = answer?.error;
  const problems = error?.details?.fields ?? [];
  const elsewhere = [];
  let first = null;
  for (const { path, message } of problems) {
    const input = form.elements.namedItem(path);
    if (!input) {
      elsewhere.push(message);
      continue;
    }
    const note = element(`${input.id}-wrong`);
    note.textContent = message;
    note.hidden = false;
    input.setAttribute("aria-invalid", "true");
    first ??= input;
  }
  if (problems.length === 0) elsewhere.push(error?.message ?? element("ask").dataset.failed);
  if (elsewhere.length > 0) alertIn(form, elsewhere.join(" "));
  first?.focus();
  if (problems.some(({ path }) => path === "token")) spent(form);
}

/** A link that no longer works: there is nothing to fill in any more, but perhaps a way to a new one. */
function spent(form) {
  for (const part of form.querySelectorAll("[data-needs-link]")) part.hidden = true;
  const again = element("again");
  if (again) again.hidden = false;
}

function succeed(form) {
  const done = element(form.dataset.done);
  element("ask").hidden = true;
  done.hidden = false;
  done.querySelector("h1").focus();
}

async function send(form) {
  const body = form.dataset.token === "no" ? {} : { token };
  for (const input of form.querySelectorAll("[name]")) {
    if (input.value !== "" || input.required) body[input.name] = input.value;
  }
  const response = await fetch(form.dataset.to, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    body: JSON.stringify(body),
  });
  if (response.ok) succeed(form);
  else refuse(form, await response.json().catch(() => null));
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    clear(form);
    button.disabled = true;
    try {
      await send(form);
    } catch {
      alertIn(form, element("ask").dataset.unreachable);
    } finally {
      button.disabled = false;
    }
  });
}

document.querySelectorAll("[data-shows]").forEach(showTogether);
element("ask").hidden = false;
