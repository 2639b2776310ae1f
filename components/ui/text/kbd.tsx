/** A key to press. */
export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="rounded-sm border border-line-strong px-1 font-mono text-xs text-ink-3">
      {children}
    </kbd>
  );
}
