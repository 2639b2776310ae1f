import { Command } from "@/components/ui/command";
import { Note } from "@/components/ui/note";
import type { SecretFault } from "@/lib/keys/schema";

/** Nobody can read a key from the secret: what is wrong with it, and how it is put right. */
export function SecretFaultNote({ fault: { name, command } }: { fault: SecretFault }) {
  return (
    <Note
      tone="bad"
      title="No key can be read: the secret is not a JSON object."
      live
      className="mt-3"
    >
      Agents find no key in <span className="font-mono">{name}</span>, and nothing can be saved in
      it until it is repaired.{" "}
      {command ? (
        <>
          The version before it can be read. Put it back with:
          <Command text={command} />
        </>
      ) : (
        "The version before it cannot be read either: write its text in Secrets Manager, one JSON object of strings."
      )}
    </Note>
  );
}
