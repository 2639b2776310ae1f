import { Command } from "@/components/ui/form/command";
import { Note } from "@/components/ui/text/note";
import type { SecretFault } from "@/lib/keys/schema";

const titles = {
  not_json: "No key can be read: the secret is not a JSON object.",
  deleted: "No key can be read: the secret is scheduled for deletion.",
};

/** Nobody can read a key from the secret: what is wrong with it, and how it is put right. */
export function SecretFaultNote({ fault: { name, kind, command } }: { fault: SecretFault }) {
  const until = kind === "deleted" ? "restored" : "repaired";
  return (
    <Note tone="bad" title={titles[kind]} live className="mt-3">
      Agents find no key in <span className="font-mono">{name}</span>, and nothing can be saved in
      it until it is {until}.{" "}
      {command ? (
        <>
          {kind === "deleted"
            ? "Every key is still in it. Restore it with:"
            : "The version before it can be read. Put it back with:"}
          <Command text={command} />
        </>
      ) : (
        "The version before it cannot be read either: write its text in Secrets Manager, one JSON object of strings."
      )}
    </Note>
  );
}
