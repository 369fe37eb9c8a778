import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";

import { ask, createTag, deleteTag, type TagView } from "../../../api";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { tagsQuery } from "../queries";

const section = SECTIONS.tags;

/** The tags, with how many tickets carry each. */
export default function TagsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const mayChange = usePermission("tags:manage");
  const query = useInfiniteQuery(tagsQuery(q));
  const tags = query.data?.pages.flatMap((page) => page.data) ?? [];
  const list = (
    <ListPane
      title={t`Tags`}
      rows={tags.map((tag) => ({
        id: tag.id,
        name: tag.name,
        to: `${section.to}/${tag.id}`,
        mark: <Plural value={tag.tickets_count} one="# ticket" other="# tickets" />,
      }))}
      total={query.data?.pages[0]?.pagination.total ?? 0}
      chosen={id}
      {...(mayChange ? { add: { to: `${section.to}/new`, label: t`New tag` } } : {})}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      empty={<Trans>No tags yet. They also come into being when a ticket gets one.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={query} value={tags.find((tag) => tag.id === id)}>
      {(tag) => (tag === undefined ? <NewTag /> : <Tag tag={tag} />)}
    </RecordsPage>
  );
}

function NewTag() {
  const { t } = useLingui();
  const after = useAfter(section, "tags");
  const form = useForm({
    place: "tags.new",
    saved: { name: "" },
    save: async ({ name }) => after.created(await ask(createTag({ body: { name } }))),
  });
  return (
    <FormPane form={form} title={t`New tag`} create={t`Create`}>
      <FormText form={form} name="name" label={t`Name`} help={t`Small letters; at most 50 characters`} />
    </FormPane>
  );
}

function Tag({ tag }: { tag: TagView }) {
  const { t } = useLingui();
  const after = useAfter(section, "tags");
  const mayChange = usePermission("tags:manage");
  const form = useForm({ saved: {}, save: () => Promise.resolve(undefined) });
  const count = tag.tickets_count;
  return (
    <FormPane
      form={form}
      title={tag.name}
      foot={
        !mayChange ? null : (
          <DangerZone>
            <DangerAct
              label={t`Delete this tag`}
              effect={<Plural value={count} one="# ticket loses it." other="# tickets lose it." />}
              act={async () => after.deleted(await ask(deleteTag({ path: { tag_id: tag.id } })))}
            />
          </DangerZone>
        )
      }
    >
      <p>
        <PlaceLink to={`/inbox/all?q=${encodeURIComponent(`tag:"${tag.name}"`)}`}>
          <Plural value={count} one="# ticket carries this tag" other="# tickets carry this tag" />
        </PlaceLink>
      </p>
    </FormPane>
  );
}
