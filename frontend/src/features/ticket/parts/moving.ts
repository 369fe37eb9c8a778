/** The message that has the focus, by the id of its comment; `null` for none, "first" for what the ticket began with. */
export function focusedMessage(pane: HTMLElement | null): string | null {
  const focused = document.activeElement?.closest("article[id]");
  if (pane === null || focused == null || !pane.contains(focused)) return null;
  return focused.id.replace(/^message-/, "");
}

/** Moves the focus to the message before or after, from the end if none has it. */
export function moveFocus(pane: HTMLElement | null, by: 1 | -1): void {
  const messages = [...(pane?.querySelectorAll<HTMLElement>("article[id]") ?? [])];
  const place = messages.findIndex((message) => message.contains(document.activeElement));
  const next = place === -1 ? messages.at(-1) : messages[place + by];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

/** Moves the focus to the newest file of a conversation, from there to the one before. */
export function focusFile(pane: HTMLElement | null): void {
  const found = [...(pane?.querySelectorAll<HTMLElement>("[data-file]") ?? [])];
  const at = found.findIndex((file) => file.contains(document.activeElement));
  const file = found.at(at === -1 ? -1 : at - 1);
  file?.querySelector<HTMLElement>("button, a")?.focus();
  file?.scrollIntoView({ block: "nearest" });
}
