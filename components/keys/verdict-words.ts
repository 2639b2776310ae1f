import type { NoteTone } from "@/components/ui/text/note";
import type { KeyTestOutcome } from "@/lib/keys/schema";

type Told = { tone: NoteTone; title: string; detail: string | null };

/** What trying a key showed, as a sentence and what the provider or the network said. */
export function verdictInWords(verdict: KeyTestOutcome, name: string): Told {
  const { outcome, code, cause } = verdict;
  const simulated = verdict.simulated ? " (simulated)" : "";
  switch (outcome) {
    case "verified":
      // Such as a model that the account may not use, or a quota that is used up.
      return code === null
        ? { tone: "good", title: `${name} accepts it${simulated}.`, detail: null }
        : { tone: "warn", title: `${name} accepts it${simulated}, but:`, detail: cause };
    case "rejected":
      return {
        tone: "bad",
        title: `${name} rejects it${simulated}.`,
        detail: providerWords(verdict, name) ?? cause,
      };
    case "expired":
      return {
        tone: "bad",
        title: `It has expired${simulated}.`,
        detail: providerWords(verdict, name) ?? cause,
      };
    case "not_known":
      return {
        tone: "warn",
        title: `Whether ${name} accepts it could not be found out${simulated}.`,
        detail: cause,
      };
  }
}

function providerWords({ provider_message, provider_status }: KeyTestOutcome, name: string) {
  if (!provider_message) return null;
  const status = provider_status === null ? "" : ` (status ${provider_status})`;
  return `${name} said${status}: ${provider_message}`;
}
