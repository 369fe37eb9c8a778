import type { ComponentProps } from "react";

import { usePicture } from "../../../live/names";
import { PersonMark } from "../../../ui/person";

/** A member of the staff as their own picture, once it is known, else as initials. */
export function ColleagueMark(person: Omit<ComponentProps<typeof PersonMark>, "picture">) {
  return <PersonMark {...person} picture={usePicture(person.id)} />;
}
