import type { Answer } from "./client";
import { common, newKey, once } from "./client";
import type { FileView } from "./generated";
import { problemOf } from "./problem";

/** Uploads a file and reports how much of it has gone, from 0 to 1. A browser reports this for the old request only. */
export function upload(
  file: Blob,
  name: string,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Answer<FileView>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, name);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onloadend = () => resolve(answerOf(request));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", "/api/v1/upload");
    const headers = { ...common, ...once(newKey()), "Accept-Language": document.documentElement.lang };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(form);
  });
}

function answerOf(request: XMLHttpRequest): Answer<FileView> {
  const body = parsed(request.responseText);
  if (request.status === 201 && isRecord(body)) {
    return { ok: true, value: body["data"] as FileView, body: body as never, etag: null };
  }
  const answered = request.status > 0;
  return { ok: false, problem: problemOf(body, answered ? new Response(null, { status: request.status }) : undefined) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
