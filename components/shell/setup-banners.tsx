import { CopyButton } from "@/components/ui/copy-button";
import { Banner } from "@/components/ui/note";
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
      <span className="mt-1 flex items-start gap-1">
        <code className="max-h-16 min-w-0 flex-1 overflow-auto font-mono text-xs">{command}</code>
        <CopyButton value={command} what="the command" />
      </span>
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
