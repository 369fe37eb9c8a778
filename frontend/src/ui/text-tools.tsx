import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

import styles from "./editor.module.css";
import { BoldIcon, BulletsIcon, HeadingIcon, NumbersIcon, PictureIcon, QuoteIcon, TableIcon } from "./icons";

const ICONS = {
  bold: BoldIcon,
  bullets: BulletsIcon,
  heading: HeadingIcon,
  numbers: NumbersIcon,
  picture: PictureIcon,
  quote: QuoteIcon,
  table: TableIcon,
};

export interface TextTool {
  readonly icon: keyof typeof ICONS;
  readonly words: string;
  readonly act: () => void;
  readonly disabled?: boolean;
}

/** Buttons that change a text. The text keeps the focus. */
export function TextTools({
  label,
  tools,
  children,
}: {
  label: string;
  tools: readonly TextTool[];
  children?: ReactNode;
}) {
  return (
    <div role="toolbar" aria-label={label} className={styles.tools}>
      {tools.map(({ icon, words, act, disabled = false }) => {
        const Icon = ICONS[icon];
        return (
          <Tooltip key={icon} label={words}>
            <ActionIcon
              aria-label={words}
              disabled={disabled}
              onMouseDown={(event) => event.preventDefault()}
              onClick={act}
            >
              <Icon size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        );
      })}
      {children}
    </div>
  );
}
