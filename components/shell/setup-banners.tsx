import { Command } from "@/components/ui/form/command";
import { Banner } from "@/components/ui/text/note";
import type { MissingPart } from "@/lib/setup/schema";

const what: Record<MissingPart["kind"], string> = {
  models_table: "The models table",
  agents_table: "The agents table",
  management_table: "The console's own table",
  secret: "The secret",
};

/** What the account lacks, with the command that adds it: one banner a part. */
export function SetupBanners({ missing }: { missing: MissingPart[] }) {
  return missing.map(({ kind, name, consequence, command }) => (
    <Banner
      key={kind}
      tone="warn"
      title={
        <>
          {what[kind]} <code className="font-mono text-xs">{name}</code> does not exist in this
          account and region.
        </>
      }
    >
      {consequence} Create it with:
      <Command text={command} />
    </Banner>
  ));
}

/** AWS did not tell what is there. */
export function AwsTrouble({ message }: { message: string }) {
  return (
    <Banner tone="bad" title="AWS does not answer the console.">
      {message}
    </Banner>
  );
}
