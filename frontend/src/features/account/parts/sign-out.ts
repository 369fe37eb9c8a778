import { ask, logout } from "../../../api";

/** Ends the session and empties the memory of this page by loading the sign-in page. Returns the refusal, if any. */
export async function signOut(): Promise<void> {
  const answer = await ask(logout());
  if (answer.ok || answer.problem.status === 401) window.location.assign("/desk/sign-in");
}
