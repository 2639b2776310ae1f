import { type ProviderId, providerIds } from "@/lib/providers/schema";

/** Our own marks, drawn with lines of one weight. None is a provider's logo. */
const paths: Record<ProviderId, string> = {
  openai: "M8 1.8 13.4 5v6L8 14.2 2.6 11V5ZM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  anthropic: "M2.5 13.5 6.8 2.5h2.4l4.3 11M4.6 9.6h6.8",
  google: "M13.6 8H8.4M13.6 8a5.6 5.6 0 1 1-1.8-4.1",
  bedrock: "M2 5.2 8 2l6 3.2-6 3.2ZM2 8.2l6 3.2 6-3.2M2 11.2l6 3.2 6-3.2",
  xai: "M3 3l10 10M13 3l-4.2 4.2M7.2 8.8 3 13",
  deepseek: "M2 6.5c2-3 4-3 6 0s4 3 6 0M2 11c2-3 4-3 6 0s4 3 6 0",
};
const unknown = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z";

/**
 * The symbols that `ProviderIcon` refers to. Rendered once per page on the server, so that no
 * script contains them.
 */
export function ProviderSymbols() {
  return (
    <svg aria-hidden="true" className="absolute size-0">
      {providerIds.map((id) => (
        <symbol key={id} id={`provider-${id}`} viewBox="0 0 16 16">
          <path d={paths[id]} />
        </symbol>
      ))}
      <symbol id="provider-unknown" viewBox="0 0 16 16">
        <path d={unknown} />
      </symbol>
    </svg>
  );
}
