import { useNavigate, useSearch } from "@tanstack/react-router";

interface Address {
  /** What is searched for. */
  readonly q: string;
  /** The order, empty for the first one. */
  readonly sort: string;
  /** Changes some of the address' values, without a new entry in the history. */
  change: (values: Readonly<Record<string, string>>) => void;
  /** Every value of the address. */
  readonly all: Readonly<Record<string, string>>;
}

/** Search, order and filters of a list, which are in the address so that they can be sent. */
export function useAddress(): Address {
  const all: Record<string, string> = useSearch({ strict: false });
  const navigate = useNavigate();
  function change(values: Readonly<Record<string, string>>): void {
    void navigate({ to: ".", search: { ...all, ...values } as never, replace: true });
  }
  return { q: all["q"] ?? "", sort: all["sort"] ?? "", change, all };
}
