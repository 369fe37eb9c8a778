/** A smaller difference is the way of an answer, or a clock that is right enough. */
const TOLERANCE_MS = 30_000;

let off = 0;

/** Learns from an answer by how much this browser's clock is wrong. `date` is the header of that name. */
export function hearTime(date: string | null): void {
  const difference = Date.parse(date ?? "") - Date.now();
  if (Number.isNaN(difference)) return;
  off = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
}

/** The present moment in milliseconds, by the server's clock where this browser's is wrong. */
export function serverNow(): number {
  return Date.now() + off;
}
