import type { Editor, JSONContent } from "@tiptap/core";

import type { Words } from "../kernel/words";
import { wordsOfHtml } from "./editor-html";
import { placesIn, selectPlace } from "./editor-variables";

/** What a composer may do with the words in the field. */
export interface EditorHandle {
  focus: () => void;
  /** Puts safe HTML of the server at the cursor; `{{cursor}}` in it is where one goes on. */
  insertHtml: (html: string) => void;
  insertText: (text: string, href?: string) => void;
  insertMention: (id: string, name: string) => void;
  insertPicture: (source: string, name: string) => void;
  /** Gives a picture its place on the server, or takes it away. */
  replacePicture: (source: string, by: string | null) => void;
  /** Quotes safe HTML and goes on below it. */
  quote: (html: string) => void;
}

export function handleOf(editor: Editor): EditorHandle {
  return {
    focus: () => {
      // Immediately, which the editor's own command is not. A destroyed editor is followed by one that takes the focus itself.
      if (!editor.isDestroyed) editor.view.focus();
    },
    insertHtml: (html) => insertWords(editor, wordsOfHtml(html)),
    insertText: (text, href) => {
      const marks = href === undefined ? [] : [{ type: "link", attrs: { href } }];
      editor
        .chain()
        .focus()
        .insertContent([
          { type: "text", text, marks },
          { type: "text", text: " " },
        ])
        .run();
    },
    insertMention: (id, label) => {
      const mention = { type: "mention", attrs: { id, label } };
      editor
        .chain()
        .focus()
        .insertContent([mention, { type: "text", text: " " }])
        .run();
    },
    insertPicture: (src, alt) =>
      void editor.chain().focus().insertContent({ type: "image", attrs: { src, alt } }).run(),
    replacePicture: (source, by) => replacePicture(editor, source, by),
    quote: (html) => {
      const quoted = (wordsOfHtml(html) as JSONContent).content ?? [];
      const content: JSONContent[] = [{ type: "blockquote", content: quoted }, { type: "paragraph" }];
      if (editor.isEmpty) editor.chain().setContent({ type: "doc", content }).focus("end").run();
      else editor.chain().focus("end").insertContent(content).focus("end").run();
    },
  };
}

/** Puts words at the cursor; where they have a place named `cursor`, one goes on there. */
export function insertWords(editor: Editor, words: Words): void {
  const blocks = words.content ?? [];
  const only = blocks.length === 1 && blocks[0]?.type === "paragraph" ? (blocks[0].content ?? []) : null;
  const from = editor.state.selection.from;
  editor
    .chain()
    .focus()
    .insertContent(only ?? blocks)
    .run();
  const to = editor.state.selection.to;
  const places = placesIn(editor.state.doc).filter((place) => place.to > from - 2 && place.from <= to);
  const cursor = places.find((place) => place.name === "cursor");
  if (cursor !== undefined) editor.chain().deleteRange(cursor).setTextSelection(cursor.from).focus().run();
  else if (places[0] !== undefined) editor.chain().setTextSelection(places[0].from).run();
  if (cursor === undefined && places.length > 0) selectPlace(editor);
}

function replacePicture(editor: Editor, source: string, by: string | null): void {
  const { tr, doc } = editor.state;
  doc.descendants((node, at) => {
    if (node.type.name !== "image" || node.attrs["src"] !== source) return;
    const place = tr.mapping.map(at);
    if (by === null) tr.delete(place, place + node.nodeSize);
    else tr.setNodeAttribute(place, "src", by);
  });
  if (tr.docChanged) editor.view.dispatch(tr);
}
