import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ask, createTag, deleteTag, mergeTag, type TagView, updateTag } from "../../../api";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { TextField } from "../../../ui/fields";
import { FormText } from "../../../ui/form/bound";
import { FormColor } from "../../../ui/form/form-color";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { PlaceLink } from "../../../ui/place";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";
import { tagQuery, tagsQuery } from "../queries";

const section = SECTIONS.tags;

/** The tags, with how many tickets carry each. */
export default function TagsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const mayChange = usePermission("tags:manage");
  const query = useInfiniteQuery(tagsQuery(q));
  const one = useQuery({ ...tagQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const tags = query.data?.pages.flatMap((page) => page.data) ?? [];
  const list = (
    <ListPane
      title={t`Tags`}
      rows={tags.map((tag) => ({
        id: tag.id,
        name: tag.name,
        to: `${section.to}/${tag.id}`,
        color: tag.color,
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
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(tag) => (tag === undefined ? <NewTag /> : <Tag tag={tag.value} />)}
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

function valuesOf({ name, color }: TagView) {
  return { name, color: color ?? "" };
}

function Tag({ tag }: { tag: TagView }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "tags");
  const mayChange = usePermission("tags:manage");
  const query = tagQuery(tag.id);
  const form = useForm({
    place: `tags.${tag.id}`,
    saved: valuesOf(tag),
    save: async (_, { name, color }) =>
      after.saved(
        await ask(
          updateTag({
            path: { tag_id: tag.id },
            body: { ...(name === undefined ? {} : { name }), ...(color === undefined ? {} : { color: color || null }) },
            ...sinceRead(cache, query),
          }),
        ),
      ),
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  const count = tag.tickets_count;
  return (
    <FormPane
      form={form}
      title={tag.name}
      foot={
        !mayChange ? null : (
          <DangerZone>
            <Merge tag={tag} />
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
      {mayChange ? (
        <>
          <FormText
            form={form}
            name="name"
            label={t`Name`}
            help={t`All its tickets show the new name. Rules and saved searches with the old one do not follow.`}
          />
          <FormColor form={form} name="color" label={t`Colour`} />
        </>
      ) : null}
    </FormPane>
  );
}

/** Gives the tickets of a tag another one, and deletes it. */
function Merge({ tag }: { tag: TagView }) {
  const { t } = useLingui();
  const after = useAfter(section, "tags");
  const [name, setName] = useState("");
  const wanted = name.trim();
  const query = useInfiniteQuery({ ...tagsQuery(wanted), enabled: wanted !== "" });
  const others = (query.data?.pages.flatMap((page) => page.data) ?? []).filter((each) => each.id !== tag.id);
  const into = others.find((each) => each.name === wanted);
  const { name: gone, tickets_count: count } = tag;
  return (
    <>
      <TextField
        label={t`Merge into`}
        description={t`The name of the tag that remains`}
        list="merge-into"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <datalist id="merge-into">
        {others.slice(0, 20).map((each) => (
          <option key={each.id} value={each.name} />
        ))}
      </datalist>
      {into === undefined ? null : (
        <DangerAct
          label={t`Merge into ${wanted}`}
          effect={
            <Plural
              value={count}
              one={`# ticket gets ${wanted} instead; ${gone} is deleted.`}
              other={`# tickets get ${wanted} instead; ${gone} is deleted.`}
            />
          }
          act={async () => after.deleted(await ask(mergeTag({ path: { tag_id: tag.id }, body: { into_id: into.id } })))}
        />
      )}
    </>
  );
}
