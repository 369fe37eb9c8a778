let latest: number | null = null;

/** The last event of the journal that has arrived here; 0 before the first one. */
export function place(): number {
  return latest ?? 0;
}

/** Whether the place in the journal is known. */
export function positionKnown(): boolean {
  return latest !== null;
}

/** Notes the place in the journal from which this tab connects again. */
export function arrivedAt(event: number): void {
  latest = Math.max(latest ?? 0, event);
}

/** Clears the place: the next member to sign in starts from the present. */
export function forgetPlace(): void {
  latest = null;
}
