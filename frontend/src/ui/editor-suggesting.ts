import { type Editor, Extension, type Range } from "@tiptap/core";
import { PluginKey } from "@tiptap/pm/state";
import { Suggestion as suggestionPlugin } from "@tiptap/suggestion";

/** Something that can be put in place of a sign and the letters behind it. */
export interface Suggestion {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  /** The text next to the list while this is chosen. */
  readonly preview?: () => Promise<string>;
  /** Acts after the letters are gone. */
  readonly choose: () => void;
}

/** What a sign such as `/` offers for the letters behind it. */
export type Suggest = (typed: string) => readonly Suggestion[] | Promise<readonly Suggestion[]>;

/** The list below the cursor. */
export interface Offer {
  readonly items: readonly Suggestion[];
  readonly at: DOMRect | null;
  readonly take: (item: Suggestion) => void;
}

interface Options {
  readonly signs: Readonly<Record<string, Suggest>>;
  readonly show: (offer: Offer | null) => void;
  /** Whether the list takes a key. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** Lists for `/`, `@` and `#`. */
export const Suggesting = Extension.create<Options>({
  name: "suggesting",
  addOptions: () => ({ signs: {}, show: () => undefined, onKey: () => false }),
  addProseMirrorPlugins() {
    const { signs, show, onKey } = this.options;
    return Object.entries(signs).map(([sign, suggest]) =>
      suggestionPlugin<Suggestion, Suggestion>({
        editor: this.editor,
        char: sign,
        pluginKey: new PluginKey(`suggest ${sign}`),
        allowSpaces: sign !== "#",
        allowedPrefixes: [" ", "("],
        decorationClass: "",
        items: async ({ query }) => [...(await suggest(query))],
        allow: ({ state }) => !state.selection.$from.parent.type.spec.code,
        command: ({ editor, range, props }: { editor: Editor; range: Range; props: Suggestion }) => {
          editor.chain().focus().deleteRange(range).run();
          props.choose();
        },
        render: () => {
          const update = (props: {
            items: Suggestion[];
            clientRect?: (() => DOMRect | null) | null;
            command: (item: Suggestion) => void;
          }) => show({ items: props.items, at: props.clientRect?.() ?? null, take: props.command });
          return {
            onStart: update,
            onUpdate: update,
            onExit: () => show(null),
            onKeyDown: ({ event }) => onKey(event),
          };
        },
      }),
    );
  },
});
