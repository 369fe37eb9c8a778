import { useLingui } from "@lingui/react/macro";
import { EditorContent, Editor as TiptapEditor } from "@tiptap/react";
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

import { type Words, wordsOf } from "../kernel/words";
import { type EditorHandle, handleOf, insertWords } from "./editor-handle";
import type { Offer, Suggest } from "./editor-suggesting";
import { SuggestionList } from "./editor-suggestion-list";
import { Toolbar } from "./editor-toolbar";
import { Wiring } from "./editor-wiring";
import styles from "./editor.module.css";
import { pressHeld, takeTyped, textOf } from "./typed-ahead";

interface Props {
  label: string;
  /** The words at this moment: more may have come while this file was loaded. */
  words: () => Words;
  /** Another number means that they came from elsewhere and are to be shown. */
  revision: number;
  cursor: number;
  signs: Readonly<Record<string, Suggest>>;
  handle: RefObject<EditorHandle | null>;
  onChange: (words: () => Words, blank: boolean, cursor: number) => void;
  onBlur: () => void;
  onFiles: (files: readonly File[]) => void;
  onLeave: () => void;
  /** The field can take words. */
  onReady: (handle: EditorHandle) => void;
  tools: ReactNode;
  autoFocus: boolean;
}

/** The field for words: formats by keys and Markdown as one types; lists behind `/`, `@` and `#`. */
export default function Editor(props: Props) {
  const [wiring] = useState(() => new Wiring());
  const [editor, setEditor] = useState<TiptapEditor | null>(null);
  const { words, signs } = props;
  const begin = useRef({ words, signs });
  // Made with the page, with the words of this moment: between two renders letters may reach the field that was there
  // before, and Tiptap's own hook makes another editor after the page where it takes long to show.
  const mount = useCallback(() => {
    const made = new TiptapEditor(wiring.options(begin.current.words(), Object.keys(begin.current.signs)));
    setEditor(made);
    return () => made.destroy();
  }, [wiring]);
  return (
    <div ref={mount}>
      {editor === null || editor.isDestroyed ? null : <Field {...props} editor={editor} wiring={wiring} />}
    </div>
  );
}

function Field({ editor, wiring, ...props }: Props & { editor: TiptapEditor; wiring: Wiring }) {
  const { t } = useLingui();
  const { label, revision, words, cursor, handle, autoFocus } = props;
  const [offer, setOffer] = useState<Offer | null>(null);
  const [chosen, setChosen] = useState(0);
  function show(next: Offer | null): void {
    setOffer(next);
    setChosen(0);
  }

  useLayoutEffect(() => {
    wiring.use({ ...props, offer, chosen, show, choose: setChosen });
  }, [wiring, props, offer, chosen]);
  useImperativeHandle(handle, () => handleOf(editor), [editor]);
  const shown = useRef(revision);
  const replaced = useEffectEvent(() => {
    if (shown.current === revision || editor.isDestroyed) return;
    shown.current = revision;
    editor
      .chain()
      .setContent(words() as never, { emitUpdate: false })
      .setTextSelection(cursor)
      .run();
  });
  useEffect(() => replaced(), [revision]);
  const appeared = useEffectEvent(() => {
    if (editor.isDestroyed) return;
    const typed = textOf(takeTyped());
    if (autoFocus) {
      editor.commands.setTextSelection(cursor > 0 ? cursor : editor.state.doc.content.size);
      editor.view.focus(); // immediately: the next letter may be on its way
      if (typed !== "") insertWords(editor, wordsOf(typed));
      pressHeld();
    }
    props.onReady(handleOf(editor));
  });
  useLayoutEffect(() => appeared(), [editor]);
  const option = (offer?.items.length ?? 0) > 0 ? `suggestion-${chosen}` : undefined;
  useEffect(() => {
    if (editor.isDestroyed) return;
    const field = editor.view.dom;
    field.setAttribute("aria-label", label);
    if (option === undefined) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", option);
  }, [editor, label, option]);

  return (
    <div className={styles.editor}>
      <EditorContent editor={editor} className={styles.scroll} />
      <Toolbar editor={editor} label={t`Format`}>
        {props.tools}
      </Toolbar>
      {offer === null || option === undefined ? null : (
        <SuggestionList label={t`Suggestions`} offer={offer} chosen={chosen} onChoose={offer.take} />
      )}
    </div>
  );
}
