import { type Editor, Extension } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const PLACE = /\{\{([^{}\n]*)\}\}/g;

/** Marks variables that were not replaced, such as `{{ticket.color}}`. */
export const Variables = Extension.create({
  name: "variables",
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        decorations: ({ doc }) => {
          const found = placesIn(doc);
          const marked = found.map(({ from, to }) => Decoration.inline(from, to, { "data-variable": "" }));
          return marked.length === 0 ? null : DecorationSet.create(doc, marked);
        },
      },
    }),
  ],
  addKeyboardShortcuts() {
    return { Tab: () => selectPlace(this.editor) };
  },
});

/** Selects the next variable after the cursor; whether there is one. */
export function selectPlace(editor: Editor): boolean {
  const places = placesIn(editor.state.doc);
  const next = places.find(({ from }) => from >= editor.state.selection.to) ?? places[0];
  return next !== undefined && editor.chain().focus().setTextSelection(next).scrollIntoView().run();
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

export function placesIn(doc: Node): Place[] {
  const places: Place[] = [];
  doc.descendants((node, at) => {
    if (node.isText && node.text?.includes("{{") === true) {
      for (const { 0: whole, 1: name = "", index } of node.text.matchAll(PLACE)) {
        places.push({ from: at + index, to: at + index + whole.length, name: name.trim() });
      }
    }
    return true;
  });
  return places;
}
