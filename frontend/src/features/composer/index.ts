export { composerCommands } from "./commands";
export { Composer } from "./parts/composer";
export { HeldNotice } from "./parts/held-notice";
export { LazySaveCanned } from "./parts/lazy-save-canned";
export { OutgoingNotices } from "./parts/outgoing-notices";
export { usePersonDetail } from "./presence-words";
