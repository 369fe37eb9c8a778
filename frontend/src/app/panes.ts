/** Moves the focus to the next pane in sight, or to the one before: to its one tab stop, else to the pane as a whole. */
export function focusNextPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((pane) => pane.checkVisibility());
  if (panes.length === 0) return;
  const at = panes.findLastIndex((pane) => pane.contains(document.activeElement));
  const pane = panes[at === -1 && step === -1 ? panes.length - 1 : (at + step + panes.length) % panes.length];
  const stops = [...(pane?.querySelectorAll<HTMLElement>("[role=row][tabindex='0'], a, button") ?? [])].filter((each) =>
    each.checkVisibility(),
  );
  const stop = stops.find((each) => each.matches("[role=row], [aria-current=page]")) ?? stops[0];
  (stop ?? pane)?.focus();
}
