import DOMPurify from "dompurify";
import { useMemo } from "react";

import styles from "./safe-html.module.css";

/** Pictures of this server; the owner of any other would learn who reads it, and when. */
const OWN_PICTURE = /^\/api\/v1\/(?:uploads|kb\/pictures)\/[0-9a-f-]{36}$/i;
/** A picture of another server, through ours: it waits until its reader asks for it. */
const WAITING = /^\/api\/v1\/mail\/images\/[\w-]+\.[0-9a-f]{32}$/;
const ADDRESS = /^(?:https?:|mailto:|tel:)/i;

// The server cleans first; this is the second look.
const purify = DOMPurify(window);

// eslint-disable-next-line lingui/no-unlocalized-strings -- the name of a hook
purify.addHook("uponSanitizeAttribute", (_node, attribute) => {
  if (attribute.attrName === "src" && !OWN_PICTURE.test(attribute.attrValue)) attribute.keepAttr = false;
  if (attribute.attrName === "data-src" && WAITING.test(attribute.attrValue)) attribute.forceKeepAttr = true;
});

purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A" && node.hasAttribute("href")) {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer nofollow");
  }
  if (node.tagName === "IMG") node.setAttribute("loading", "lazy");
});

/** HTML without scripts, styles, forms, frames and pictures of other servers. */
export function cleaned(html: string): string {
  return purify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["style", "form", "input", "button", "select", "textarea", "audio", "video", "source", "track", "map"],
    FORBID_ATTR: ["style", "class", "id", "name", "srcset", "background", "poster", "ping", "tabindex", "autofocus"],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: new RegExp(`${ADDRESS.source}|${OWN_PICTURE.source}`, "i"),
  });
}

/** The one component that sets HTML. It cleans again what the server has cleaned. */
export function SafeHtml({ html, className }: { html: string; className?: string | undefined }) {
  const safe = useMemo(() => ({ __html: cleaned(html) }), [html]);
  return <div className={`${styles.html ?? ""} ${className ?? ""}`} dir="auto" dangerouslySetInnerHTML={safe} />;
}
