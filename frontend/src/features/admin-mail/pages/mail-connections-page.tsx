import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, type UseQueryOptions } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";

import { type MailboxSettings, RefusedError } from "../../../api";
import { byText, found } from "../../../kernel/finding";
import type { Versioned } from "../../../live/records";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { LoadingState } from "../../../ui/state";
import { RecordsPage, SECTIONS } from "../../admin-frame";
import styles from "../parts/mail.module.css";
import { imapQuery, mailboxesQuery, signInQuery, smtpQuery } from "../queries";

const ImapForm = lazy(() => import("../parts/imap-form"));
const SelfTest = lazy(() => import("../parts/self-test"));
const SignInForm = lazy(() => import("../parts/sign-in-form"));
const SmtpForm = lazy(() => import("../parts/smtp-form"));
const section = SECTIONS.mailConnections;

/** For each mailbox: how its mail comes in and goes out, how it signs in, its test, and what its domain must say. */
export default function MailConnectionsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const query = useQuery(mailboxesQuery);
  const items = query.data?.items ?? [];
  const list = (
    <ListPane
      title={t`Connections and DNS`}
      rows={found(
        items,
        q,
        ({ name, addresses }) => `${name} ${addresses.join(" ")}`,
        byText(({ name }) => name),
      ).map(({ id: mailboxId, name, addresses }) => ({
        id: mailboxId,
        name,
        to: `${section.to}/${mailboxId}`,
        detail: addresses.join(", "),
      }))}
      total={query.data?.total ?? 0}
      chosen={id}
      empty={<Trans>No mailboxes yet.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={items.find((item) => item.id === id)}>
      {(mailbox) => (mailbox === undefined ? null : <Connection mailbox={mailbox} />)}
    </RecordsPage>
  );
}

/** The parts of a mailbox's connection; the address names the open one. */
function Connection({ mailbox }: { mailbox: MailboxSettings }) {
  const { t } = useLingui();
  const { all } = useAddress();
  const { id, name } = mailbox;
  const ended = all["sign_in"];
  const open = all["part"] ?? (ended === undefined ? "read" : "sign-in");
  const address = mailbox.addresses[0];
  const parts = [
    { part: "read", words: t`Reading` },
    { part: "send", words: t`Sending` },
    { part: "sign-in", words: t`Sign-in` },
    { part: "test", words: t`Test and DNS` },
  ];
  return (
    <>
      <nav className={styles.parts} aria-label={t`Parts of the connection`}>
        {parts.map(({ part, words }) => (
          <PlaceLink
            key={part}
            to={`${section.to}/${id}?part=${part}`}
            aria-current={part === open ? "page" : undefined}
          >
            {words}
          </PlaceLink>
        ))}
      </nav>
      <Suspense fallback={<LoadingState />}>
        {open === "send" ? (
          <Found query={smtpQuery(id)}>
            {(account) => <SmtpForm key={id} id={id} name={name} address={address} account={account} />}
          </Found>
        ) : open === "sign-in" ? (
          <Found query={signInQuery(id)}>
            {(signIn) => <SignInForm key={id} id={id} name={name} signIn={signIn} ended={ended} />}
          </Found>
        ) : open === "test" ? (
          <SelfTest key={id} id={id} name={name} />
        ) : (
          <Found query={imapQuery(id)}>
            {(account) => (
              <Found query={smtpQuery(id)}>
                {(smtp) => <ImapForm key={id} id={id} name={name} address={address} account={account} smtp={smtp} />}
              </Found>
            )}
          </Found>
        )}
      </Suspense>
    </>
  );
}

interface FoundProps<Value> {
  query: UseQueryOptions<Versioned<Value>, Error, Versioned<Value>, string[]>;
  /** The record; undefined where there is none. */
  children: (value: Value | undefined) => ReactNode;
}

/** A record that a mailbox may not have. */
function Found<Value>({ query, children }: FoundProps<Value>) {
  const { data, error, refetch } = useQuery(query);
  const none = error instanceof RefusedError && error.problem.status === 404;
  if (data === undefined && !none) return <LoadingState retry={() => void refetch()} />;
  return <>{children(none ? undefined : data?.value)}</>;
}
