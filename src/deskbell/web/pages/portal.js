// Offers articles while the subject of a request is typed. Without this script they are offered one step later.
const subject = document.getElementById("subject");
const place = document.getElementById("suggestions");
const PAUSE = 300;

let timer = 0;
let asked = "";
let underWay = null;

async function offer() {
  const words = subject.value.trim();
  if (words === asked) return;
  asked = words;
  underWay?.abort();
  if (words === "") {
    place.replaceChildren();
    return;
  }
  underWay = new AbortController();
  try {
    const answer = await fetch(`${place.dataset.from}?${new URLSearchParams({ subject: words })}`, {
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

if (subject && place) {
  subject.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, PAUSE);
  });
  offer();
}
