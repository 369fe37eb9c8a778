import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import type { ContactView } from "../../../api";
import { usePermission } from "../../../live/session";
import { Frame } from "../../../ui/manage/frame";
import { ListPane } from "../../../ui/manage/list-pane";
import { NothingChosen, Recorded } from "../../../ui/manage/recorded";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { ContactForm } from "../parts/contact-form";
import { contactQuery, contactsQuery } from "../queries";

const SORTS = ["name", "email", "created_at"] as const;

/** The customers: found by name, address or company, with what they have asked. */
export default function ContactsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q, sort } = useAddress();
  const mayWrite = usePermission("contacts:write");
  const query = useInfiniteQuery(contactsQuery(q, SORTS.find((each) => each === sort) ?? "name"));
  const one = useQuery({ ...contactQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const contacts = query.data?.pages.flatMap((page) => page.data) ?? [];
  const list = (
    <ListPane
      title={t`Contacts`}
      rows={contacts.map(rowOf)}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      sorts={[
        { value: "name", label: t`By name` },
        { value: "email", label: t`By address` },
        { value: "created_at", label: t`Newest first` },
      ]}
      {...(mayWrite ? { add: { to: "/contacts/new", label: t`New contact` } } : {})}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No contacts yet. Anyone who writes to you is added here.</Trans>}
      loading={query.isPending}
      error={query.error}
    />
  );
  return (
    <Frame
      title={t`Contacts`}
      home="/contacts"
      current="/contacts"
      list={list}
      listName={t`Contacts`}
      open={id !== undefined}
    >
      {id === undefined ? (
        <NothingChosen />
      ) : id === "new" ? (
        <ContactForm contact={undefined} />
      ) : (
        <Recorded key={id} query={one} value={one.data}>
          {({ value }) => <ContactForm contact={value} />}
        </Recorded>
      )}
    </Frame>
  );
}

function rowOf({ id, name, email, company }: ContactView) {
  return { id, name, to: `/contacts/${id}`, detail: email, ...(company === null ? {} : { mark: company }) };
}
