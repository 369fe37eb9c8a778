import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";

import { onSessionEnd } from "../../../api";
import { sessionQuery } from "../../../live/session";
import { later } from "../../../ui/later";

const load = () => import("./sign-in-again");
const SignInAgain = later(async () => (await load()).default);

/** Shows the sign-in over the page when the session has ended; the page and its drafts stay as they are below it. */
export function SessionEnd() {
  const cache = useQueryClient();
  const [address, setAddress] = useState<string>();
  useEffect(
    () => onSessionEnd(() => setAddress((before) => before ?? cache.getQueryData(sessionQuery.queryKey)?.email)),
    [cache],
  );
  useEffect(() => {
    load().catch(() => undefined); // here before it is needed, in case the server is not
  }, []);
  if (address === undefined) return null;
  return (
    <Suspense>
      <SignInAgain address={address} onDone={() => setAddress(undefined)} />
    </Suspense>
  );
}
