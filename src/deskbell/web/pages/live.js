// Shows new words of a request as they come, and the hour of each in the reader's zone. Without this script they are there when the page
// is opened again, with their day.
const PAUSE = 20_000;
const AGAIN = 5_000;
const PART = ".talk";

const talk = document.querySelector(PART);
const hour = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
let underWay = false;

function tellHours(within) {
  for (const time of within.querySelectorAll(".by time")) time.textContent = hour.format(new Date(time.dateTime));
}

async function look() {
  if (underWay || document.hidden) return;
  underWay = true;
  try {
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(PART);
    if (!fresh || fresh.children.length <= talk.children.length) return;
    tellHours(fresh);
    talk.replaceChildren(...fresh.children);
  } catch {
    // The next look may succeed.
  } finally {
    underWay = false;
  }
}

/** A guest's token opens a socket for this request alone. */
function listen(token) {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws?${new URLSearchParams({ token })}`);
  socket.addEventListener("open", look); // words may have come before it was open
  socket.addEventListener("message", ({ data }) => {
    const { event } = JSON.parse(data);
    if (event === "ping") socket.send('{"pong":{}}');
    else if (event === "changed" || event === "resync") look();
  });
  socket.addEventListener("close", ({ code }) => {
    if (code !== 4401) setTimeout(listen, AGAIN, token);
  });
}

if (talk) {
  tellHours(talk);
  const token = new URLSearchParams(location.search).get("token");
  if (token) listen(token);
  else setInterval(look, PAUSE);
  document.addEventListener("visibilitychange", look);
}
