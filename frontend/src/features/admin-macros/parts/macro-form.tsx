import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";

import { ask, createMacro, type CreateMacro, deleteMacro, type MacroView, updateMacro } from "../../../api";
import { actionsOfLines, type ActionLine, linesOfActions } from "../../../kernel/rules";
import { sinceRead } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormArea, FormCheck, FormRadios, FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { type Form, type Refusal, useForm } from "../../../ui/form/use-form";
import { SECTIONS, useAfter } from "../../admin-frame";
import { ActionLines, AttachedFiles } from "../../admin-rules";
import { macroQuery } from "../queries";

/** A file of the macro, or an upload that becomes one. */
interface MacroFile {
  readonly id: string;
  readonly filename: string;
}

function valuesOf(macro: MacroView | undefined) {
  return {
    title: macro?.title ?? "",
    active: macro?.active ?? true,
    shared: macro?.shared ?? false,
    do: linesOfActions(macro?.do ?? []) as readonly ActionLine[],
    ...wordsOf(macro),
  };
}

function wordsOf(macro: MacroView | undefined) {
  const files: readonly MacroFile[] = (macro?.files ?? []).map(({ id, filename }) => ({ id, filename }));
  const comment = macro?.comment ?? null;
  if (comment === null) return { writes: "nothing", body: "", files };
  return { writes: comment.public ? "reply" : "note", body: comment.body, files };
}

/** The kinds of actions that macros know. */
const OFFERED = /^(set|fill)\.|_tags$|^assign$|^snooze$|^escalate|^distribute|follow$|^notify\.|^mail\.|^json$/;

type Values = ReturnType<typeof valuesOf>;

function useMacroForm(macro: MacroView | undefined): Form<Values> {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(SECTIONS.macros, "macros");
  const query = macroQuery(macro?.id ?? "new");
  return useForm<Values>({
    place: `macros.${macro?.id ?? "new"}`,
    saved: valuesOf(macro),
    save: async (values, changes) => {
      const body = bodyOf(values, macro === undefined ? values : changes, macro);
      if (body === null) return unreadable(t`This is no JSON.`);
      if (macro === undefined)
        return placed(await after.created(await ask(createMacro({ body: body as CreateMacro }))));
      const since = sinceRead(cache, query);
      return placed(await after.saved(await ask(updateMacro({ path: { macro_id: macro.id }, body, ...since }))));
    },
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
}

/** A macro: what it sets, and what it writes. */
export function MacroForm({ macro }: { macro: MacroView | undefined }) {
  const { t } = useLingui();
  const after = useAfter(SECTIONS.macros, "macros");
  const mayShare = usePermission("macros:manage");
  const form = useMacroForm(macro);
  const mayChange = mayShare || macro?.shared !== true;
  const canned = macro?.comment?.canned_response_id != null;
  return (
    <FormPane
      form={form}
      title={macro?.title ?? t`New macro`}
      readOnly={!mayChange}
      {...(macro === undefined ? { create: t`Create` } : {})}
      intro={t`In the palette, and behind / in a reply. Each use can be undone; words that were sent stay.`}
      foot={
        macro === undefined || !mayChange ? null : (
          <DangerZone>
            <DangerAct
              label={t`Delete this macro`}
              effect={<Trans>What it did to tickets stays.</Trans>}
              act={async () => after.deleted(await ask(deleteMacro({ path: { macro_id: macro.id } })))}
            />
          </DangerZone>
        )
      }
    >
      <FormText form={form} name="title" label={t`Title`} />
      <FormCheck form={form} name="active" label={t`On`} />
      {mayShare ? (
        <FormCheck form={form} name="shared" label={t`Shared`} help={t`For every agent; else for you alone`} />
      ) : null}
      <ActionLines form={form} name="do" legend={t`Then`} only={OFFERED} />
      <FormRadios
        form={form}
        name="writes"
        label={t`And writes`}
        choices={[
          { value: "nothing", label: t`nothing` },
          { value: "reply", label: t`a reply to the customer` },
          { value: "note", label: t`an internal note` },
        ]}
      />
      {form.values.writes === "nothing" ? null : canned ? (
        <p>
          <Trans>Its words are those of a canned response.</Trans>
        </p>
      ) : (
        <FormArea
          form={form}
          name="body"
          label={t`Words`}
          rows={8}
          help={t`Markdown, with the variables of canned responses.`}
        />
      )}
      {form.values.writes === "nothing" ? null : (
        <AttachedFiles
          names={form.values.files.map(({ filename }) => filename)}
          label={t`Files`}
          readOnly={!mayChange}
          onAdd={withFile(form)}
          onRemove={(place) =>
            form.set(
              "files",
              form.values.files.filter((_, each) => each !== place),
            )
          }
        />
      )}
      {macro?.warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </FormPane>
  );
}

/** Takes uploads over, several before the next rendering too. */
function withFile(form: Form<Values>): (file: MacroFile) => void {
  let files = form.values.files;
  return ({ id, filename }) => {
    files = [...files.filter((each) => each.filename !== filename), { id, filename }];
    form.set("files", files);
  };
}

/** The macro as v1 takes it: what changed. Null where JSON cannot be read. */
function bodyOf(values: Values, changes: Partial<Values>, macro: MacroView | undefined) {
  const { title, active, shared } = changes;
  const plain = Object.entries({ title, active, shared }).filter(([, value]) => value !== undefined);
  const words = "writes" in changes || "body" in changes;
  try {
    return {
      ...(Object.fromEntries(plain) as { title?: string; active?: boolean; shared?: boolean }),
      ...(changes.do === undefined ? {} : { do: actionsOfLines(changes.do) as never }),
      ...(words ? { comment: commentOf(values, macro) } : {}),
      ...(words || "files" in changes ? { file_ids: fileIdsOf(values) } : {}),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function fileIdsOf({ writes, files }: Values): string[] {
  return writes === "nothing" ? [] : files.map(({ id }) => id);
}

function commentOf({ writes, body }: Values, macro: MacroView | undefined) {
  if (writes === "nothing") return null;
  const canned = macro?.comment?.canned_response_id ?? null;
  const words = canned === null ? { body } : { canned_response_id: canned };
  return { public: writes === "reply", ...words };
}

/** Puts a refusal of an action, `do.0.set.group`, or of the words, `comment.body`, at its field. */
function placed(refusal: Refusal | undefined): Refusal | undefined {
  if (refusal === undefined) return undefined;
  const fields = Object.entries(refusal.fields).map(([path, sentence]) => {
    const [head = ""] = path.split(".");
    return [head === "comment" ? "body" : head, sentence] as const;
  });
  return { ...refusal, fields: Object.fromEntries(fields) };
}

function unreadable(sentence: string): Refusal {
  return { kind: "refused", status: 422, code: "HERE", message: sentence, fields: {}, requestId: null };
}
