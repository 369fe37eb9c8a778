import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";

import { around } from "../../../kernel/palette";
import { contactsLike } from "../../../live/catalogs";
import { TextField } from "../../../ui/fields";
import type { Requester } from "../kept";
import styles from "./requester-field.module.css";

interface Props {
  requester: Requester;
  error: string | undefined;
  onChange: (requester: Requester) => void;
}

const NEW = { id: null, email: "", name: "" };

/** Finds who asks among the contacts; an address that is none becomes a new one. */
export function RequesterField({ requester, error, onChange }: Props) {
  const { t } = useLingui();
  const list = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const words = requester.email.trim();
  const found = useQuery({ ...contactsLike(words), enabled: requester.id === null && words.length > 1 }).data ?? [];
  const shown = open && requester.id === null && words.length > 1 ? found : [];

  function pick(index: number): void {
    const contact = shown[index];
    if (contact === undefined) return;
    onChange({ id: contact.id, email: contact.email, name: contact.name });
    setOpen(false);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (shown.length === 0) return;
    if (step !== undefined) setAt((before) => around(before, step, shown.length));
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) pick(at);
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
  }

  if (requester.id !== null) {
    return (
      <div className={styles.chosen}>
        <p>
          <Trans>For</Trans> <strong>{requester.name}</strong> <span className={styles.email}>{requester.email}</span>
        </p>
        <button type="button" className={styles.change} onClick={() => onChange(NEW)}>
          <Trans>Change</Trans>
        </button>
      </div>
    );
  }
  return (
    <div className={styles.who}>
      <div className={styles.field}>
        <TextField
          label={t`Who asks`}
          description={t`A name or an address; a new address becomes a contact.`}
          required
          autoFocus
          autoComplete="off"
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown.length > 0 ? `${list}-${at}` : undefined}
          value={requester.email}
          error={error}
          onChange={(event) => {
            onChange({ ...requester, email: event.currentTarget.value });
            setOpen(true);
            setAt(0);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <ul id={list} role="listbox" className={styles.list} aria-label={t`Contacts`} hidden={shown.length === 0}>
          {shown.map((contact, index) => (
            // The keys of the field work on the list.
            // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events
            <li
              key={contact.id}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(index)}
            >
              <span>{contact.name}</span>
              <span className={styles.email}>{contact.email}</span>
            </li>
          ))}
        </ul>
      </div>
      {words.includes("@") ? (
        <TextField
          label={t`Their name`}
          value={requester.name}
          onChange={(event) => onChange({ ...requester, name: event.currentTarget.value })}
        />
      ) : null}
    </div>
  );
}
