const KEY = "deskbell.desktop-notices";

/** Whether this browser shows notices outside of the page: it was asked for, and still allows it. */
export function showsOnDesktop(): boolean {
  return "Notification" in window && Notification.permission === "granted" && localStorage.getItem(KEY) !== null;
}

/** Switches that on, if the browser allows it, or off. Returns what holds from now on. */
export async function setOnDesktop(on: boolean): Promise<boolean> {
  const allowed = on && "Notification" in window && (await Notification.requestPermission()) === "granted";
  if (allowed) localStorage.setItem(KEY, "1");
  else localStorage.removeItem(KEY);
  return allowed;
}
