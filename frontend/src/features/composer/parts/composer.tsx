import { useLingui } from "@lingui/react/macro";
import { type RefObject, useEffect, useRef } from "react";

import type { Choice } from "../../../kernel/commands";
import { recover } from "../../../live/sending";
import { useMember, usePermission } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import type { EditorHandle } from "../../../ui/editor-handle";
import { insertCanned } from "../commands";
import type { ComposedTicket } from "./composed-ticket";
import styles from "./composer.module.css";
import { Kinds } from "./kinds";
import { loadEditor } from "./lazy-editor";
import { useCanned } from "./use-canned";
import { useDraft } from "./use-draft";
import { useFiles } from "./use-files";
import { useOpening } from "./use-opening";
import { Writing } from "./writing";

/** Inserts a canned response from the palette, also where the field is still to be opened. Returns what the field calls. */
function useCannedCommand(
  canned: ReturnType<typeof useCanned>,
  editor: RefObject<EditorHandle | null>,
  open: (() => void) | undefined,
  ready: (handle: EditorHandle) => void,
): (handle: EditorHandle) => void {
  const awaited = useRef<((handle: EditorHandle) => void) | null>(null);
  const field = () =>
    editor.current ??
    new Promise<EditorHandle>((resolve) => {
      awaited.current = resolve;
    });
  const choose = async (typed: string): Promise<Choice[]> =>
    (await canned.like(typed)).map((response) => ({
      id: response.id,
      label: response.title,
      ...(response.shortcut === null ? {} : { detail: `/${response.shortcut}` }),
      run: () => {
        open?.();
        void canned.insert(response, field);
      },
    }));
  useCommand(insertCanned, open === undefined ? undefined : { choose });
  return (handle) => {
    ready(handle);
    awaited.current?.(handle);
    awaited.current = null;
  };
}

/** Reply and internal note: two drafts that differ in more than colour. One line high until one of them is used. */
export function Composer({ ticket }: { ticket: ComposedTicket }) {
  const { t } = useLingui();
  const member = useMember();
  const mayWrite = usePermission("comments:create");
  const mayInsert = usePermission("canned:read");
  const editor = useRef<EditorHandle>(null);
  const form = useRef<HTMLElement>(null);
  const reply = useDraft(ticket.id, "reply");
  const note = useDraft(ticket.id, "note");
  const found = reply.empty && !note.empty ? "note" : "reply";
  const { kind, opened, open, leave, ready } = useOpening(ticket.id, found, form, editor);
  const current = kind === "note" ? note : reply;
  const shown = opened || !current.empty;
  const begun = { version: ticket.version, at: ticket.updated_at };
  const canned = useCanned(ticket.id, current.draft, begun);
  const onReady = useCannedCommand(canned, editor, mayWrite && mayInsert ? () => open(kind) : undefined, ready);
  const files = {
    reply: useFiles(reply.draft, begun, editor, kind === "reply" ? () => open("reply") : undefined),
    note: useFiles(note.draft, begun, editor, kind === "note" ? () => open("note") : undefined),
  };
  useEffect(() => {
    loadEditor();
    void recover(member.id);
  }, [member.id]);

  if (!mayWrite) return null;
  return (
    <section
      ref={form}
      className={styles.composer}
      data-note={kind === "note" || undefined}
      data-open={shown || undefined}
      aria-label={t`Write`}
    >
      <Kinds
        requester={ticket.requester.name}
        shown={shown ? kind : null}
        unsent={{ reply: !reply.empty, note: !note.empty }}
        open={open}
      />
      {shown ? (
        <Writing
          key={kind}
          ticket={ticket}
          kind={kind}
          draft={current.draft}
          state={current.state}
          files={files[kind]}
          begun={begun}
          editor={editor}
          onReady={onReady}
          focused={opened}
          switchTo={open}
          leave={() => leave(current.draft.state().blank)}
          close={() => leave(true)}
        />
      ) : null}
    </section>
  );
}
