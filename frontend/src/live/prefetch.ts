import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { rateLeft } from "../api";
import { opening } from "./opening";

/** At rest on a ticket for this long, its neighbours are fetched. */
const REST_MS = 80;
/** The share of the rate limit that is left to what is asked for by hand. */
const RESERVE = 0.2;

/**
 * Fetches the tickets that are likely to be opened next: at rest, three at a time, not where data is to be saved or the
 * rate limit is near.
 */
export function usePrefetch(numbers: readonly number[]): void {
  const cache = useQueryClient();
  const wanted = numbers.slice(0, 3).join(",");
  useEffect(() => {
    if (wanted === "" || savesData()) return undefined;
    const timer = setTimeout(() => {
      if (rateLeft() < RESERVE) return;
      for (const number of wanted.split(",")) cache.query(opening(Number(number))).catch(() => undefined);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [cache, wanted]);
}

function savesData(): boolean {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData === true;
}
