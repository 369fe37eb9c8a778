import { type ComponentProps, lazy, Suspense } from "react";

const Recipients = lazy(() => import("./recipients"));

/** The recipients of a reply; they come after the field, which does not wait for them. */
export function LazyRecipients(props: ComponentProps<typeof Recipients>) {
  return (
    <Suspense>
      <Recipients {...props} />
    </Suspense>
  );
}
