import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { MailOfReply, Recipient } from "../../../api";
import { Button } from "../../../ui/button";
import { SelectField, TextField } from "../../../ui/fields";
import { nextMail } from "../queries";
import { addressesIn } from "./addresses-in";
import styles from "./recipients.module.css";

interface Props {
  ticketId: string;
  /** What the author says of the mail; without it the server decides. */
  mail: MailOfReply | undefined;
  setMail: (mail: MailOfReply | undefined) => void;
}

/** The recipients of the reply, shown before it is sent, and changed here for this one mail. */
export function Recipients({ ticketId, mail, setMail }: Props) {
  const { t } = useLingui();
  const next = useQuery(nextMail(ticketId)).data;
  const [open, setOpen] = useState(false);
  if (next === undefined) return null;
  const usual = { to: addressesOf(next.recipients, "to"), cc: addressesOf(next.recipients, "cc"), quote: next.quote };
  const shown = { to: mail?.to ?? usual.to, cc: mail?.cc ?? usual.cc, quote: mail?.quote ?? usual.quote };
  const silent = next.recipients.filter(
    ({ address, suppressed }) => suppressed !== null && (shown.to.includes(address) || shown.cc.includes(address)),
  );
  const quotes = [
    { value: "none", label: t`Nothing` },
    { value: "one", label: t`The message it answers` },
    { value: "all", label: t`The conversation` },
  ];
  return (
    <div className={styles.recipients} role="group" aria-label={t`Recipients`}>
      <p className={styles.line}>
        <span dir="auto">
          {shown.to.length + shown.cc.length === 0 ? (
            <Trans>This reply is not mailed to anyone.</Trans>
          ) : (
            <>
              <Trans>To</Trans> {shown.to.join(", ")}
              {shown.cc.length === 0 ? null : (
                <>
                  {" · "}
                  <Trans>Cc</Trans> {shown.cc.join(", ")}
                </>
              )}
            </>
          )}
        </span>{" "}
        <button type="button" className={styles.change} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Trans>Change recipients</Trans>
        </button>
      </p>
      {silent.length === 0 ? null : (
        <p className={styles.bad} role="status">
          <Plural value={silent.length} one="This address gets no mail:" other="These addresses get no mail:" />{" "}
          {silent.map(({ address }) => address).join(", ")}
        </p>
      )}
      {open ? (
        <div className={styles.form}>
          <Addresses
            label={t`To`}
            value={shown.to}
            set={(to) => setMail({ ...shown, to: to.length === 0 ? usual.to : to })}
          />
          <Addresses label={t`Cc`} value={shown.cc} set={(cc) => setMail({ ...shown, cc })} />
          <SelectField
            label={t`Quoted below`}
            data={quotes}
            value={shown.quote}
            onChange={(event) => setMail({ ...shown, quote: event.currentTarget.value as typeof shown.quote })}
          />
          {mail === undefined ? null : (
            <Button
              size="compact-sm"
              onClick={() => {
                setMail(undefined);
                setOpen(false);
              }}
            >
              <Trans>As usual</Trans>
            </Button>
          )}
        </div>
      ) : null}
    </div>
  );
}

/** Addresses with commas between. They count when the field is left. */
function Addresses({ label, value, set }: { label: string; value: string[]; set: (value: string[]) => void }) {
  const written = value.join(", ");
  return (
    <TextField
      key={written}
      label={label}
      defaultValue={written}
      autoComplete="off"
      spellCheck={false}
      onBlur={(event) => {
        const found = addressesIn(event.currentTarget.value);
        if (found.join() !== value.join()) set(found);
      }}
    />
  );
}

function addressesOf(recipients: readonly Recipient[], field: "cc" | "to"): string[] {
  return recipients.filter((each) => each.field === field).map((each) => each.address);
}
