import { Command } from "@/components/ui/form/command";
import { Banner } from "@/components/ui/text/note";
import { describePlace } from "@/lib/setup/rules/place";
import type { LookedIn, MissingPart } from "@/lib/setup/schema";

const labels: Record<MissingPart["kind"], string> = {
  models_table: "The models table",
  agents_table: "The agents table",
  management_table: "The console's own table",
  secret: "The secret",
};

/** Where the console looked, what is missing there, and the commands that create it. */
export function SetupBanner({ missing, place }: { missing: MissingPart[]; place: LookedIn }) {
  if (missing.length === 0) return null;
  const isEmpty = missing.length === place.names.length;
  return (
    <Banner
      tone="warn"
      title={
        isEmpty
          ? "Nothing that the console needs was found in AWS."
          : "Part of what the console needs was not found in AWS."
      }
    >
      {describePlace(place, missing)}{" "}
      {isEmpty ? "To start here, create:" : "Create what is missing:"}
      {missing.map(({ kind, name, consequence, command }) => (
        <span key={kind} className="mt-2 block">
          {labels[kind]} <code className="font-mono text-xs">{name}</code>. {consequence}
          <Command text={command} />
        </span>
      ))}
    </Banner>
  );
}

/** Until AWS answers, the console doesn't know what exists. */
export function AwsUnavailableBanner({ message }: { message: string }) {
  return (
    <Banner tone="bad" title="AWS does not answer the console.">
      {message}
    </Banner>
  );
}
