import type { Editor, EditorOptions } from "@tiptap/core";

import type { Words } from "../kernel/words";
import { schema } from "./editor-schema";
import { type Offer, type Suggest, Suggesting } from "./editor-suggesting";
import { Variables } from "./editor-variables";
import styles from "./editor.module.css";

/** What the field calls back, and what it shows. */
export interface Wires {
  readonly signs: Readonly<Record<string, Suggest>>;
  readonly offer: Offer | null;
  readonly chosen: number;
  readonly show: (offer: Offer | null) => void;
  readonly choose: (index: number) => void;
  readonly onChange: (words: () => Words, blank: boolean, cursor: number) => void;
  readonly onBlur: () => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onLeave: () => void;
}

/** Holds the callbacks of the latest render for an editor that is made once. */
export class Wiring {
  #wires: Wires | null = null;

  use(wires: Wires): void {
    this.#wires = wires;
  }

  options(words: Words, signs: readonly string[]): Partial<EditorOptions> {
    const suggest = (sign: string) => (typed: string) => this.#wires?.signs[sign]?.(typed) ?? [];
    return {
      injectCSS: false,
      content: words as never,
      extensions: [
        ...schema,
        Variables,
        Suggesting.configure({
          signs: Object.fromEntries(signs.map((sign) => [sign, suggest(sign)])),
          show: (offer) => this.#wires?.show(offer),
          onKey: (event) => this.#onListKey(event),
        }),
      ],
      editorProps: {
        attributes: { class: styles.words ?? "", role: "textbox", "aria-multiline": "true" },
        // Left to the keyboard's commands, which send: the editor would break the line and end the event.
        handleDOMEvents: { keydown: (_view, event) => event.key === "Enter" && (mod(event) || event.altKey) },
        handleKeyDown: (_view, event) => this.#onKey(event),
        handlePaste: (_view, event) => this.#onPaste(event),
        // The page takes files that are dropped anywhere.
        handleDrop: (_view, event) => (event.dataTransfer?.files.length ?? 0) > 0,
      },
      onUpdate: ({ editor }) => this.#onUpdate(editor),
      onBlur: () => this.#wires?.onBlur(),
    };
  }

  #onKey(event: KeyboardEvent): boolean {
    // The list of suggestions closes first.
    if (event.key !== "Escape" || this.#listed) return false;
    this.#wires?.onLeave();
    return true;
  }

  get #listed(): boolean {
    return (this.#wires?.offer?.items.length ?? 0) > 0;
  }

  /** Whether the list of suggestions takes a key. */
  #onListKey(event: KeyboardEvent): boolean {
    const { offer, chosen, choose, show } = this.#wires ?? {};
    const items = offer?.items ?? [];
    if (items.length === 0 || chosen === undefined) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const item = items[chosen];
    if (step !== undefined) choose?.((chosen + step + items.length) % items.length);
    else if ((event.key === "Enter" || event.key === "Tab") && item !== undefined) offer?.take(item);
    else if (event.key === "Escape") show?.(null);
    else return false;
    return true;
  }

  #onPaste(event: ClipboardEvent): boolean {
    const files = [...(event.clipboardData?.files ?? [])];
    // What a word processor copies is words with a picture of them.
    if (files.length === 0 || event.clipboardData?.types.includes("text/html") === true) return false;
    this.#wires?.onFiles(files);
    return true;
  }

  #onUpdate(editor: Editor): void {
    const words = () => editor.getJSON() as Words;
    this.#wires?.onChange(words, editor.isEmpty, editor.state.selection.from);
  }
}

function mod(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey;
}
