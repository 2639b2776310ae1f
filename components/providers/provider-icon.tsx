import { isProviderId } from "@/lib/provider-names";

/** A provider's mark, shown before the name of the provider or its model. */
export function ProviderIcon({ provider }: { provider: string }) {
  return (
    <svg
      aria-hidden="true"
      className="size-3.5 shrink-0 text-ink-3"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
    >
      <use href={`#provider-${isProviderId(provider) ? provider : "unknown"}`} />
    </svg>
  );
}
