import { useParams } from "@tanstack/react-router";

/** The record that the address names; `new` for one that does not exist yet. */
export function useChosen(): string | undefined {
  const { id }: { id?: string } = useParams({ strict: false });
  return id;
}
