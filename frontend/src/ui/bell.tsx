/** Deskbell's bell, in the colour of the words around it. */
export function Bell({ size, className }: { size: number; className?: string | undefined }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} className={className} fill="currentColor" aria-hidden>
      <path d="M12 3a1.5 1.5 0 0 1 1.5 1.5v.64A7.5 7.5 0 0 1 19.5 12.5V15h-15v-2.5a7.5 7.5 0 0 1 6-7.36V4.5A1.5 1.5 0 0 1 12 3zM3 16.5h18v2.25a.75.75 0 0 1-.75.75H3.75a.75.75 0 0 1-.75-.75z" />
    </svg>
  );
}
