import { Plural, Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Button } from "../../../ui/button";
import { mailOf, type MailPlace } from "../queries";
import { hostOf } from "./host-of";
import styles from "./mail.module.css";

/** Senders whose pictures this person wants to see, until the page is loaded again. */
const wanted = new Set<string>();

/** Asks before pictures of other servers are shown in a message. Only a proven sender's come without asking again. */
export function RemoteImages({ message, place }: { message: Element; place: MailPlace }) {
  const [waiting] = useState(() => [...message.querySelectorAll<HTMLImageElement>("img[data-src]")]);
  const [asked, setAsked] = useState(false);
  const received = useQuery({ ...mailOf(place), enabled: waiting.length > 0 }).data?.value.received;
  const sender = received?.from_address ?? "";
  const shown = asked || (received?.verdict === "pass" && wanted.has(sender));

  useEffect(() => {
    if (shown) waiting.forEach((picture) => picture.setAttribute("src", picture.dataset["src"] ?? ""));
  }, [shown, waiting]);

  if (shown || waiting.length === 0) return null;
  const hosts = [...new Set(waiting.map((picture) => hostOf(picture.dataset["src"] ?? "")))].slice(0, 3).join(", ");
  return (
    <p className={styles.images}>
      <Button
        size="compact-xs"
        onClick={() => {
          wanted.add(sender);
          setAsked(true);
        }}
      >
        <Plural value={waiting.length} one={`Show # image from ${hosts}`} other={`Show # images from ${hosts}`} />
      </Button>{" "}
      <Trans>Deskbell loads them, so that the sender does not learn of you.</Trans>
    </p>
  );
}
