import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";

import { type FileView, upload } from "../../../api";
import { atMost } from "../../../kernel/queue";
import type { Begun, Draft, DraftFile } from "../../../live/drafts";
import type { EditorHandle } from "../../../ui/editor-handle";
import { smaller } from "../../../ui/picture";
import { meta } from "../queries";

/** A file on its way to the server, or why it is not. */
export interface Uploading {
  readonly key: number;
  readonly name: string;
  /** From 0 to 1. */
  readonly part: number;
  readonly problem: string;
  /** Whether another try makes sense. */
  readonly again: boolean;
  readonly file: File;
  /** The picture's address in the words meanwhile. */
  readonly shown: string | null;
  /** The smaller picture that it takes the place of. */
  readonly replaces: DraftFile | null;
}

export interface Files {
  readonly uploading: readonly Uploading[];
  readonly busy: number;
  add: (files: readonly File[], inline: boolean) => void;
  cancel: (each: Uploading) => void;
  again: (each: Uploading) => void;
  /** What sends a picture as it was pasted; `undefined` for one that is so already. */
  original: (file: DraftFile) => (() => void) | undefined;
  /** Takes off what was refused. */
  forget: () => void;
}

const AT_ONCE = 3;
const slots = atMost(AT_ONCE);
let last = 0;

/**
 * Uploads files immediately, three together; pasted pictures are in the words from the beginning. With `onDrop`
 * what is dropped on the page is for this draft.
 */
export function useFiles(
  draft: Draft,
  begun: Begun,
  editor: RefObject<EditorHandle | null>,
  onDrop: (() => void) | undefined,
): Files {
  const { t, i18n } = useLingui();
  const limits = useQuery(meta).data?.uploads;
  const [uploading, setUploading] = useState<readonly Uploading[]>([]);
  const [reduced, setReduced] = useState<ReadonlyMap<string, File>>(new Map());
  const stops = useRef(new Map<number, AbortController>());

  function change(key: number, changes: Partial<Uploading> | null): void {
    setUploading((now) =>
      changes === null
        ? now.filter((each) => each.key !== key)
        : now.map((each) => (each.key === key ? { ...each, ...changes } : each)),
    );
  }

  function add(files: readonly File[], inline: boolean): void {
    const room = (limits?.max_files ?? 20) - draft.state().files.length - uploading.length;
    const added = files.map((file, index): Uploading => {
      const picture = inline && /^image\/(png|jpeg|gif|webp)$/.test(file.type) && index < room;
      return {
        key: (last += 1),
        name: file.name,
        part: 0,
        problem: refusal(file, index < room),
        again: false,
        file,
        shown: picture ? URL.createObjectURL(file) : null,
        replaces: null,
      };
    });
    setUploading((now) => [...now, ...added]);
    for (const each of added.filter(({ problem }) => problem === "")) {
      if (each.shown !== null) editor.current?.insertPicture(each.shown, each.name);
      void start(each);
    }
  }

  function refusal(file: File, fits: boolean): string {
    const most = limits?.max_files ?? 20;
    const bytes = limits?.max_bytes ?? Infinity;
    if (!fits) return t`A message takes at most ${most} files`;
    if (file.size <= bytes) return "";
    const unit = { style: "unit", unit: "megabyte", maximumFractionDigits: 1 } as const;
    const limit = new Intl.NumberFormat(i18n.locale, unit).format(bytes / 1_048_576);
    return t`Larger than ${limit}`;
  }

  async function start(each: Uploading): Promise<void> {
    const stop = new AbortController();
    stops.current.set(each.key, stop);
    change(each.key, { problem: "", part: 0, again: false });
    const content = each.shown === null ? each.file : await smaller(each.file);
    const progress = (part: number) => change(each.key, { part });
    const answer = await slots(() => upload(content, each.name, progress, stop.signal));
    if (stop.signal.aborted) return;
    if (answer.ok) {
      arrived(each, answer.value);
      if (content !== each.file) setReduced((now) => new Map(now).set(answer.value.id, each.file));
    } else {
      const problem = Object.values(answer.problem.fields)[0] ?? (answer.problem.message || t`No connection`);
      change(each.key, { problem, again: answer.problem.status !== 413 });
    }
  }

  function arrived(each: Uploading, { id, filename, url, mime_type, size }: FileView): void {
    const { replaces } = each;
    const others = draft.kept.files.filter((file) => file.id !== replaces?.id);
    draft.setFiles([...others, { id, filename, url, mime_type, size }], begun);
    if (replaces !== null) editor.current?.replacePicture(replaces.url, url);
    if (each.shown !== null) {
      editor.current?.replacePicture(each.shown, url);
      URL.revokeObjectURL(each.shown);
    }
    change(each.key, null);
  }

  function cancel(each: Uploading): void {
    stops.current.get(each.key)?.abort();
    if (each.shown !== null) editor.current?.replacePicture(each.shown, null);
    change(each.key, null);
  }

  function original(replaces: DraftFile): (() => void) | undefined {
    const file = reduced.get(replaces.id);
    if (file === undefined || uploading.some((each) => each.replaces?.id === replaces.id)) return undefined;
    return () => {
      const key = (last += 1);
      const problem = refusal(file, true);
      const each = { key, name: replaces.filename, part: 0, problem, again: false, file, shown: null, replaces };
      setUploading((now) => [...now, each]);
      if (problem === "") void start(each);
    };
  }

  const drop = useEffectEvent((event: DragEvent) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onDrop?.();
    add(files, false);
  });
  const takesDrops = onDrop !== undefined;
  useEffect(() => {
    if (!takesDrops) return undefined;
    // The whole page takes files, so that one that misses the field is not opened in place of the app.
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
    };
    const dropped = (event: DragEvent) => drop(event);
    document.addEventListener("dragover", over);
    document.addEventListener("drop", dropped);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", dropped);
    };
  }, [takesDrops]);

  const busy = uploading.filter(({ problem }) => problem === "").length;
  const forget = () => setUploading((now) => now.filter(({ problem }) => problem === ""));
  return { uploading, busy, add, cancel, forget, original, again: (each) => void start(each) };
}
