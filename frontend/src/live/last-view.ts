const KEY = "deskbell.view.";

/** The view of the inbox that a member looked at last in this browser; at first their own tickets. */
export function lastView(memberId: string): string {
  return localStorage.getItem(KEY + memberId) ?? "mine";
}

/** Remembers a view that is there. A full storage keeps the one before. */
export function keepLastView(memberId: string, view: string): void {
  try {
    localStorage.setItem(KEY + memberId, view);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Removes the view, where it is gone. */
export function forgetLastView(memberId: string): void {
  localStorage.removeItem(KEY + memberId);
}
