import { lazy, Suspense } from "react";

const SaveCanned = lazy(() => import("./save-canned"));

/** The form that keeps words as a canned response; `null` shows none. */
export function LazySaveCanned({ content, close }: { content: string | null; close: () => void }) {
  if (content === null) return null;
  return (
    <Suspense>
      <SaveCanned content={content} close={close} />
    </Suspense>
  );
}
