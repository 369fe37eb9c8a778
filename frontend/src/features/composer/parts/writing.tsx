import { Trans, useLingui } from "@lingui/react/macro";
import { type RefObject, Suspense, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";

import { markdownOf } from "../../../kernel/markdown";
import { wordsOf } from "../../../kernel/words";
import type { Begun, Draft, DraftKind, DraftState } from "../../../live/drafts";
import { typing } from "../../../live/presence";
import { usePermission } from "../../../live/session";
import { useCommand } from "../../../ui/commands";
import type { EditorHandle } from "../../../ui/editor-handle";
import { AttachIcon } from "../../../ui/icons";
import { pressHeld, takeTyped, textOf } from "../../../ui/typed-ahead";
import { Recipients } from "../../ticket-later";
import { saveWords } from "../commands";
import type { ComposedTicket } from "./composed-ticket";
import styles from "./composer.module.css";
import { DraftNotices } from "./draft-notices";
import { FileList } from "./file-list";
import { LazyEditor } from "./lazy-editor";
import { LazySaveCanned } from "./lazy-save-canned";
import { SendActs } from "./send-acts";
import type { Files } from "./use-files";
import { type Pending, useSending } from "./use-sending";
import { useSigns } from "./use-signs";

interface Props {
  ticket: ComposedTicket;
  kind: DraftKind;
  draft: Draft;
  state: DraftState;
  files: Files;
  begun: Begun;
  editor: RefObject<EditorHandle | null>;
  onReady: (handle: EditorHandle) => void;
  focused: boolean;
  switchTo: (kind: DraftKind) => void;
  leave: () => void;
  close: () => void;
}

/** The open composer: the field, its files, what happens on sending, and what there is to know before. */
export function Writing(props: Props) {
  const { ticket, kind, draft, state, files, begun, editor, onReady, focused, switchTo, leave, close } = props;
  const { t } = useLingui();
  const form = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState<Pending>({});
  const [mentions, setMentions] = useState(false);
  const [toKeep, setToKeep] = useState<string | null>(null);
  const mayMail = usePermission("tickets:update");
  const mayKeep = usePermission("canned:write") && !state.blank;
  const sending = useSending({
    ticket,
    kind,
    draft,
    state,
    busy: files.busy,
    pending,
    form,
    close: () => {
      files.forget();
      close();
    },
  });
  const onMention = () => setMentions(true);
  const signs = useSigns({ ticket, kind, editor, pending, setPending, switchTo, onMention, draft, begun });
  useCommand(saveWords, mayKeep ? () => setToKeep(markdownOf(draft.kept.words)) : undefined);
  const requester = ticket.requester.name;
  const label = kind === "note" ? t`Internal note` : t`Reply to ${requester}`;

  useEffect(() => {
    if (focused) editor.current?.focus();
  }, [focused, editor]);

  if (!state.loaded) return null;
  return (
    <div ref={form} className={styles.writing}>
      <Suspense fallback={<EarlyField label={label} draft={draft} begun={begun} focused={focused} />}>
        <LazyEditor
          label={label}
          words={() => draft.kept.words}
          revision={state.revision}
          cursor={draft.kept.cursor}
          signs={signs}
          handle={editor}
          autoFocus={focused}
          onReady={onReady}
          onChange={(words, blank, cursor) => {
            typing();
            draft.write(words, blank, cursor, begun);
          }}
          onBlur={() => void draft.flush()}
          onFiles={(found) => files.add(found, true)}
          onLeave={leave}
          tools={
            <>
              <input
                ref={picker}
                type="file"
                multiple
                hidden
                onChange={(event) => {
                  files.add([...(event.currentTarget.files ?? [])], false);
                  event.currentTarget.value = "";
                }}
              />
              <button type="button" className={styles.tool} onClick={() => picker.current?.click()}>
                <AttachIcon size={16} aria-hidden /> <Trans>Files</Trans>
              </button>
            </>
          }
        />
      </Suspense>
      <LazySaveCanned
        content={toKeep}
        close={() => {
          setToKeep(null);
          editor.current?.focus();
        }}
      />
      {kind === "reply" && mayMail ? (
        <Recipients ticketId={ticket.id} mail={pending.mail} setMail={(mail) => setPending({ ...pending, mail })} />
      ) : null}
      <FileList draft={draft} state={state} files={files} begun={begun} />
      <DraftNotices draft={draft} state={state} ticket={ticket} kind={kind} sending={sending} mentions={mentions} />
      <SendActs
        kind={kind}
        requester={requester}
        state={state}
        pending={pending}
        setPending={setPending}
        sending={sending}
        discard={() => {
          switchTo(kind); // stays open: with the field the way back would go
          void draft.discard();
          setPending({});
        }}
      />
    </div>
  );
}

/** Takes the letters that are typed before the editor has arrived. */
function EarlyField({ label, draft, begun, focused }: { label: string; draft: Draft; begun: Begun; focused: boolean }) {
  const [text, setText] = useState(() => (draft.state().blank ? textOf(takeTyped()) : ""));
  const field = useRef<HTMLTextAreaElement>(null);
  const began = useEffectEvent(() => {
    // A browser puts the caret before the letters that a field has from the beginning.
    field.current?.setSelectionRange(text.length, text.length);
    if (text === "") return;
    draft.write(() => wordsOf(text), text.trim() === "", 0, begun);
    pressHeld();
  });
  useLayoutEffect(() => began(), []);
  if (!draft.state().blank && text === "") return <div className={styles.early} aria-busy="true" />;
  return (
    <textarea
      ref={field}
      className={styles.early}
      aria-label={label}
      autoFocus={focused}
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        typing();
        setText(typed);
        draft.write(() => wordsOf(typed), typed.trim() === "", 0, begun);
      }}
    />
  );
}
