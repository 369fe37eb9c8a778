/** The selected words of the conversation, else the message with the focus, else the last one; as the page's own HTML. */
export function quotedHtml(): string | null {
  const selection = window.getSelection();
  if (selection !== null && !selection.isCollapsed && selection.rangeCount > 0) {
    const range = selection.getRangeAt(0);
    if (messageOf(range.commonAncestorContainer) !== null) {
      const part = document.createElement("div");
      part.append(range.cloneContents());
      return part.innerHTML;
    }
  }
  const focused = messageOf(document.activeElement);
  const all = [...document.querySelectorAll('[role="feed"] [data-words]')];
  return (focused ?? all.at(-1))?.innerHTML ?? null;
}

function messageOf(node: Node | null): Element | null {
  const element = node instanceof Element ? node : (node?.parentElement ?? null);
  return element?.closest("[data-words]") ?? element?.closest("article")?.querySelector("[data-words]") ?? null;
}
