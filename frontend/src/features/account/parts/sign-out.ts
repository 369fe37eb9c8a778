import type { QueryClient } from "@tanstack/react-query";

import { ask, logout, type Problem } from "../../../api";
import { flushDrafts, forgetDrafts, type Unsaved, unsavedDrafts } from "../../../live/drafts";
import { begunBy, forgetBegun } from "../../new-ticket";

/** What a member has written that only this browser has, after an attempt to save it. */
export interface OnlyHere {
  readonly drafts: readonly Unsaved[];
  /** Tickets that were begun and not created, by their words. */
  readonly tickets: readonly string[];
}

export async function onlyHere(memberId: string): Promise<OnlyHere> {
  await flushDrafts();
  const drafts = (await unsavedDrafts()).filter(({ key }) => key.includes(memberId));
  return { drafts, tickets: begunBy(memberId).map(({ words }) => words) };
}

/**
 * Ends the session and loads the sign-in page, so that nothing of the member remains in this page. What the browser keeps
 * is removed; drafts that the server does not have wait for their author, unless `forget`. Returns why not, or null.
 */
export async function signOut(cache: QueryClient, memberId: string, forget: boolean): Promise<Problem | null> {
  await cache.cancelQueries(); // tickets that are fetched ahead would be refused
  const answer = await ask(logout());
  if (!answer.ok && answer.problem.status !== 401) return answer.problem;
  sessionStorage.clear();
  if (forget) forgetBegun(memberId);
  if (forget || (await unsavedDrafts()).length === 0) await forgetDrafts();
  window.location.assign("/desk/sign-in");
  return null;
}
