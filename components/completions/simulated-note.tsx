import { Note } from "@/components/ui/text/note";

/** Explains that the local simulator answered. */
export function SimulatedNote() {
  return (
    <Note tone="warn" title="Simulated.">
      The local simulator answered, not the provider: the text, times and tokens are its own, and
      nothing was charged.
    </Note>
  );
}
