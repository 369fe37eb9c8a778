import { useEffect, useState } from "react";

/** The token of the mailed link that led here; empty without one. It leaves the address bar and the history. */
export function useLinkToken(): string {
  const [token] = useState(() => new URLSearchParams(window.location.search).get("token") ?? "");
  useEffect(() => {
    if (token !== "") window.history.replaceState(window.history.state, "", window.location.pathname);
  }, [token]);
  return token;
}
