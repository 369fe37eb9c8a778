import type { QueryClient } from "@tanstack/react-query";

import { ask, logout, type Problem } from "../../../api";
import { forgetDrafts, unsavedDrafts } from "../../../live/drafts";

/**
 * Ends the session and loads the sign-in page, so that nothing of the member remains in this page. What the browser keeps
 * is removed, but drafts that the server does not have yet: they wait for their author. Returns why not, or null.
 */
export async function signOut(cache: QueryClient): Promise<Problem | null> {
  await cache.cancelQueries(); // tickets that are fetched ahead would be refused
  const answer = await ask(logout());
  if (!answer.ok && answer.problem.status !== 401) return answer.problem;
  sessionStorage.clear();
  if ((await unsavedDrafts()) === 0) await forgetDrafts();
  window.location.assign("/desk/sign-in");
  return null;
}
