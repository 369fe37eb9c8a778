// Offers articles while a search or the subject of a request is typed. Without this script they are offered one step later.
const subject = document.getElementById("subject");
const field = subject ?? document.getElementById("q");
const place = document.getElementById("suggestions");
const PAUSE = 300;

let timer = 0;
let asked = field?.value.trim() ?? "";
let underWay = null;

async function offer() {
  const words = field.value.trim();
  if (words === asked) return;
  asked = words;
  underWay?.abort();
  if (words === "") {
    place.replaceChildren();
    return;
  }
  underWay = new AbortController();
  try {
    const from = new URL(place.dataset.from, location.href);
    from.searchParams.set(field.name, words);
    const answer = await fetch(from, {
      signal: underWay.signal,
      redirect: "error",
    });
    if (!answer.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (words === asked) place.replaceChildren(...part.body.childNodes);
  } catch {
    // Offers are a help alone: the form works without them.
  }
}

if (field && place) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, PAUSE);
  });
  if (subject?.value) {
    asked = "";
    offer();
  }
}
