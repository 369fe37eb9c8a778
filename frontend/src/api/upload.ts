import type { Answer } from "./client";
import { common, newKey, once, sessionEnded } from "./client";
import type { FileView } from "./generated";
import { problemOf } from "./problem";

/** Uploads a file to attach, and reports how much of it has gone, from 0 to 1. */
export function upload(
  file: Blob,
  name: string,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Answer<FileView>> {
  return uploadTo("/api/v1/upload", file, name, progress, signal);
}

/** Uploads a file to an address of v1. A browser reports the progress for the old request only. */
export function uploadTo<Value>(
  address: string,
  file: Blob,
  name: string,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Answer<Value>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, name);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onloadend = () => resolve(answerOf(request));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", address);
    const headers = { ...common, ...once(newKey()), "Accept-Language": document.documentElement.lang };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(form);
  });
}

function answerOf<Value>(request: XMLHttpRequest): Answer<Value> {
  const body = parsed(request.responseText);
  if (request.status === 201 && isRecord(body)) {
    return { ok: true, value: body["data"] as never, body: body as never, etag: null };
  }
  if (request.status === 401) sessionEnded();
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
