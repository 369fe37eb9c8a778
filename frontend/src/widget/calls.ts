/** The calls of the widget to its desk. They carry no cookie; the desk answers the sites that an admin has allowed. */

export interface Settings {
  name: string;
  colors: { light: [string, string]; dark: [string, string] } | null;
  most_files: number;
  most_bytes: number;
  help: string;
}

export interface Article {
  title: string;
  address: string;
}

/** Why a call was refused, in the reader's language; `problems` are by field. */
export interface Refusal {
  error: string;
  code: string;
  problems: Record<string, string>;
}

/** The value of a call, its refusal, or null where the desk was not reached. */
export type Answer<T> = { value: T } | { refusal: Refusal | null };

export class Desk {
  readonly #base: string;

  constructor(
    readonly origin: string,
    organization: string,
    readonly language: string,
  ) {
    this.#base = `${origin}/embed/${encodeURIComponent(organization)}`;
  }

  get<T>(path: string, values: Record<string, string> = {}, signal?: AbortSignal): Promise<Answer<T>> {
    return this.#call<T>(path, values, signal ? { signal } : {});
  }

  /** Sends a form. Without a type of its own, it needs no question to the server first. */
  post<T>(path: string, body: FormData): Promise<Answer<T>> {
    return this.#call<T>(path, {}, { method: "POST", body });
  }

  async #call<T>(path: string, values: Record<string, string>, options: RequestInit): Promise<Answer<T>> {
    const query = new URLSearchParams({ ...values, lang: this.language }).toString();
    try {
      const answer = await fetch(`${this.#base}/${path}?${query}`, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        ...options,
      });
      const body: unknown = await answer.json();
      return answer.ok ? { value: body as T } : { refusal: body as Refusal };
    } catch {
      return { refusal: null };
    }
  }
}
