/** The mark and the name: three plugs, two of them joined. */
export function Brand() {
  return (
    <span className="flex items-center gap-2 font-semibold tracking-[-0.01em]">
      <svg
        viewBox="0 0 16 16"
        aria-hidden="true"
        className="size-4 shrink-0 text-accent"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
      >
        <circle cx="3" cy="4" r="1.7" />
        <circle cx="13" cy="12" r="1.7" />
        <circle cx="3" cy="12" r="1.7" />
        <path d="M4.7 4h2.6c2 0 1.4 8 4 8M4.7 12H6" />
      </svg>
      Switchboard
    </span>
  );
}
