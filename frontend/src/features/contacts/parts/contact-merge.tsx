import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type ContactView, mergeContacts, type MergeView, type Problem } from "../../../api";
import { changed } from "../../../live/records";
import { Button } from "../../../ui/button";
import { DangerAct } from "../../../ui/confirm";
import { TextField } from "../../../ui/fields";
import { type Choice, FormRadios } from "../../../ui/form/bound";
import { useForm } from "../../../ui/form/use-form";
import { useAddress } from "../../../ui/manage/use-address";
import { Recorded } from "../../../ui/manage/recorded";
import { useGo } from "../../../ui/place";
import { Section } from "../../../ui/section";
import { useSettled } from "../../../ui/use-settled";
import { contactsQuery } from "../queries";
import { mergeQuery } from "../merge-queries";
import styles from "./contact-merge.module.css";

/** Two records of one person become one: the other contact is searched, compared and merged. Its id is in the address. */
export function ContactMerge({ contact }: { contact: ContactView }) {
  const { t } = useLingui();
  const { all, change } = useAddress();
  const other = all["merge"] ?? "";
  return (
    <Section id="contact-merge" title={t`Merge with another contact`}>
      {other === "" ? (
        <Search contact={contact} choose={(id) => change({ merge: id })} />
      ) : (
        <>
          <Compared contact={contact} otherId={other} />
          <Button onClick={() => change({ merge: "" })}>
            <Trans>Choose another contact</Trans>
          </Button>
        </>
      )}
    </Section>
  );
}

function Search({ contact, choose }: { contact: ContactView; choose: (id: string) => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const sought = useSettled(typed.trim(), 200);
  const query = useInfiniteQuery({ ...contactsQuery(sought, "name"), enabled: sought !== "" });
  const found = (query.data?.pages[0]?.data ?? []).filter(({ id }) => id !== contact.id).slice(0, 8);
  return (
    <>
      <TextField
        type="search"
        label={t`The other contact`}
        description={t`Their name, address or company`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <ul className={styles.found} aria-label={t`Contacts that match`}>
        {found.map(({ id, name, email }) => (
          <li key={id}>
            <Button onClick={() => choose(id)}>
              {name} · {email}
            </Button>
          </li>
        ))}
      </ul>
      {sought === "" || query.isPending || found.length > 0 ? null : (
        <p role="status">
          <Trans>No other contact matches.</Trans>
        </p>
      )}
    </>
  );
}

function Compared({ contact, otherId }: { contact: ContactView; otherId: string }) {
  const query = useQuery(mergeQuery(contact.id, otherId));
  return (
    <Recorded query={query} value={query.data?.value}>
      {({ merged }) => <Comparison key={merged.id} mine={contact} theirs={merged} />}
    </Recorded>
  );
}

type Field = "name" | "phone" | "company" | "role";

/** Both side by side; for each field the value that is kept, and whose address and sign-in stay. */
function Comparison({ mine, theirs }: { mine: ContactView; theirs: ContactView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const go = useGo();
  const both = [mine, theirs];
  const form = useForm({
    saved: {
      into: mine.id,
      name: mine.id,
      phone: better(both, "phone"),
      company: better(both, "company"),
      role: better(both, "role"),
    },
    save: () => Promise.resolve(undefined),
  });
  const into = form.values.into === mine.id ? mine : theirs;
  const merged = into === mine ? theirs : mine;
  const effect = useQuery(mergeQuery(into.id, merged.id)).data?.value;
  const keptOf = (field: Field) => both.find(({ id }) => id === form.values[field])?.[field] ?? null;

  async function merge(): Promise<Problem | undefined> {
    const role = keptOf("role");
    const answer = await ask(
      mergeContacts({
        path: { contact_id: into.id },
        body: {
          contact_id: merged.id,
          name: keptOf("name") ?? into.name,
          phone: keptOf("phone"),
          company: keptOf("company"),
          role: role === "customer" ? null : role,
        },
      }),
    );
    if (!answer.ok) return answer.problem;
    go(`/contacts/${into.id}`);
    await changed(cache, "contacts");
    return undefined;
  }

  const fields: readonly (readonly [Field, string])[] = [
    ["name", t`Name`],
    ["phone", t`Telephone`],
    ["company", t`Company`],
    ["role", t`Position`],
  ];
  return (
    <>
      <FormRadios
        form={form}
        name="into"
        label={t`Address and sign-in that stay`}
        help={t`Mail from the other address is theirs, too.`}
        choices={both.map(({ id, email }) => ({ value: id, label: email }))}
      />
      {fields.map(([field, label]) => (
        <FormRadios key={field} form={form} name={field} label={label} choices={choicesOf(both, field, t`(empty)`)} />
      ))}
      <DangerAct
        label={t`Merge these contacts`}
        effect={effect === undefined ? null : <Effect effect={effect} />}
        act={merge}
      />
    </>
  );
}

/** The numbers of tickets and comments that will move. */
function Effect({ effect }: { effect: MergeView }) {
  const { merged, into, tickets, comments } = effect;
  const from = merged.email;
  const to = into.email;
  return (
    <>
      <p>
        <Plural
          value={tickets}
          one={`# ticket of ${from} moves to ${to}.`}
          other={`# tickets of ${from} move to ${to}.`}
        />{" "}
        <Plural value={comments} one="# comment becomes theirs." other="# comments become theirs." />
      </p>
      <p>
        <Trans>{from} can no longer sign in as a contact of its own. This cannot be undone.</Trans>
      </p>
    </>
  );
}

/** The contact whose value is worth keeping: the first that has one. */
function better(both: readonly ContactView[], field: Field): string {
  return (both.find((each) => valueOf(each, field) !== "") ?? both[0])?.id ?? "";
}

function valueOf(contact: ContactView, field: Field): string {
  const value = contact[field] ?? "";
  return field === "role" && value === "customer" ? "" : value;
}

function choicesOf(both: readonly ContactView[], field: Field, empty: string): readonly Choice[] {
  return both.map((each) => ({ value: each.id, label: valueOf(each, field) || empty }));
}
