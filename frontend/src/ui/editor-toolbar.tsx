import { ActionIcon, Popover, TextInput, Tooltip } from "@mantine/core";
import { useLingui } from "@lingui/react/macro";
import type { Editor } from "@tiptap/core";
import { useEditorState } from "@tiptap/react";
import { type ReactNode, useEffect, useState } from "react";

import { keyName } from "../kernel/key-names";
import styles from "./editor.module.css";
import {
  BoldIcon,
  BulletsIcon,
  CodeIcon,
  HeadingIcon,
  ItalicIcon,
  LinkIcon,
  NumbersIcon,
  QuoteIcon,
  StrikeIcon,
} from "./icons";

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

const BULLETS = "bulletList";
const NUMBERS = "orderedList";

/** Formats as buttons. Each also has a key, and most a sign of Markdown. */
export function Toolbar({ editor, label, children }: { editor: Editor; label: string; children: ReactNode }) {
  const { t } = useLingui();
  const on = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive("bold"),
      italic: now.isActive("italic"),
      strike: now.isActive("strike"),
      code: now.isActive("code"),
      heading: now.isActive("heading"),
      bullets: now.isActive(BULLETS),
      numbers: now.isActive(NUMBERS),
      quote: now.isActive("blockquote"),
    }),
  });
  const chain = () => editor.chain().focus();

  const tools = [
    { icon: BoldIcon, words: t`Bold`, keys: "$mod+b", on: on.bold, act: () => chain().toggleBold().run() },
    { icon: ItalicIcon, words: t`Italic`, keys: "$mod+i", on: on.italic, act: () => chain().toggleItalic().run() },
    { icon: StrikeIcon, words: t`Struck through`, keys: "", on: on.strike, act: () => chain().toggleStrike().run() },
    { icon: CodeIcon, words: t`Code`, keys: "$mod+e", on: on.code, act: () => chain().toggleCode().run() },
    {
      icon: HeadingIcon,
      words: t`Heading`,
      keys: "",
      on: on.heading,
      act: () => chain().toggleHeading({ level: 2 }).run(),
    },
    {
      icon: BulletsIcon,
      words: t`List`,
      keys: "$mod+Shift+8",
      on: on.bullets,
      act: () => chain().toggleBulletList().run(),
    },
    {
      icon: NumbersIcon,
      words: t`Numbered list`,
      keys: "$mod+Shift+7",
      on: on.numbers,
      act: () => chain().toggleOrderedList().run(),
    },
    {
      icon: QuoteIcon,
      words: t`Quote`,
      keys: "$mod+Shift+9",
      on: on.quote,
      act: () => chain().toggleBlockquote().run(),
    },
  ];

  return (
    <div role="toolbar" aria-label={label} className={styles.tools}>
      {tools.map(({ icon: Icon, words, keys, on: pressed, act }) => (
        <Tooltip key={words} label={keys === "" ? words : `${words} ${keyName(keys, isMac)}`}>
          <ActionIcon aria-label={words} aria-pressed={pressed} onMouseDown={keepFocus} onClick={act}>
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
      <LinkTool editor={editor} />
      {children}
    </div>
  );
}

function keepFocus(event: { preventDefault: () => void }): void {
  event.preventDefault();
}

function LinkTool({ editor }: { editor: Editor }) {
  const { t } = useLingui();
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    if (editor.isDestroyed) return;
    const field = editor.view.dom;
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      event.stopPropagation();
      setOpened(true);
    };
    field.addEventListener("keydown", onKey);
    return () => field.removeEventListener("keydown", onKey);
  }, [editor]);

  function set(address: string): void {
    setOpened(false);
    const chain = editor.chain().focus().extendMarkRange("link");
    if (address === "") {
      chain.unsetLink().run();
      return;
    }
    const href = /^([a-z]+:|\/)/i.test(address) ? address : `https://${address}`;
    if (editor.state.selection.empty && !editor.isActive("link")) {
      chain.insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href } }] }).run();
    } else {
      chain.setLink({ href }).run();
    }
  }

  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus withinPortal>
      <Popover.Target>
        <Tooltip label={`${t`Link`} ${keyName("$mod+Shift+k", isMac)}`}>
          <ActionIcon aria-label={t`Link`} onClick={() => setOpened(!opened)}>
            <LinkIcon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          label={t`Address`}
          placeholder="https://"
          defaultValue={opened ? String(editor.getAttributes("link")["href"] ?? "") : ""}
          data-autofocus
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            set(event.currentTarget.value.trim());
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
