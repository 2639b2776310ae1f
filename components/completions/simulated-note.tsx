import { Note } from "@/components/ui/text/note";

/** What an answer of the local simulator is worth. */
export function SimulatedNote() {
  return (
    <Note tone="warn" title="Simulated.">
      The local simulator answered, not the provider: the text, times and tokens are its own, and
      nothing was charged.
    </Note>
  );
}
