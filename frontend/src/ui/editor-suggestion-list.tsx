import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

import type { Offer, Suggestion } from "./editor-suggesting";
import styles from "./editor.module.css";

interface Props {
  label: string;
  offer: Offer;
  chosen: number;
  onChoose: (item: Suggestion) => void;
}

/** The list at the cursor, above it if there is more room; next to it the words of the chosen one. */
export function SuggestionList({ label, offer, chosen, onChoose }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const item = offer.items[chosen];
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, offer]);
  const { at } = offer;
  if (at === null) return null;
  const above = at.top > window.innerHeight / 2;
  const place = {
    insetInlineStart: Math.max(8, Math.min(at.left, window.innerWidth - 360)),
    ...(above ? { insetBlockEnd: window.innerHeight - at.top + 4 } : { insetBlockStart: at.bottom + 4 }),
  };
  return createPortal(
    <div className={styles.floating} style={place}>
      <ul ref={list} role="listbox" aria-label={label} className={styles.list}>
        {offer.items.map((each, index) => (
          // The field keeps the focus, and its keys choose.
          // eslint-disable-next-line jsx-a11y-x/click-events-have-key-events
          <li
            key={each.id}
            id={`suggestion-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles.item}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(each)}
          >
            <span>{each.label}</span>
            {each.detail === undefined ? null : <span className={styles.detail}>{each.detail}</span>}
          </li>
        ))}
      </ul>
      {item?.preview === undefined ? null : <Preview key={item.id} of={item.preview} />}
    </div>,
    document.body,
  );
}

function Preview({ of }: { of: () => Promise<string> }) {
  const [text, setText] = useState("");
  useEffect(() => {
    let shown = true;
    void of().then((found) => {
      if (shown) setText(found);
    });
    return () => {
      shown = false;
    };
  }, [of]);
  return text === "" ? null : <div className={styles.preview}>{text}</div>;
}
