import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface PlaceLinkProps {
  /** A path of the app, such as `/admin/tags`. */
  to: string;
  className?: string | undefined;
  /** Keeps search and order of a list in the address. */
  keepSearch?: boolean;
  "aria-label"?: string;
  "aria-current"?: "page" | undefined;
  tabIndex?: number;
  children: ReactNode;
}

/** A link to an address that is data, for instance a row's. */
export function PlaceLink({ to, keepSearch = false, ...rest }: PlaceLinkProps) {
  return <Link to={to as never} {...(keepSearch ? { search: true as never } : {})} {...rest} />;
}

/** Leads to an address that is data; search and order of a list stay in it. */
export function useGo(): (to: string) => void {
  const navigate = useNavigate();
  return (to) => void navigate({ to: to as never, search: true as never });
}
