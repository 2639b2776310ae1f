import { StatusMark } from "@/components/ui/text/status";

export type EnvironmentInfo = {
  name: string;
  region: string;
  /** "Live AWS", or "Local stand-in, sample data". */
  label: string;
};

/** Which environment one is about to change. Always in sight. */
export function EnvironmentBadge({ name, region, label }: EnvironmentInfo) {
  return (
    <section
      aria-label="Environment"
      className="rounded-md border border-line bg-panel px-2.25 py-1.75 text-sm leading-4.25"
    >
      <p className="flex items-center gap-1.5">
        <StatusMark tone={label.startsWith("Live") ? "good" : "off"} />
        <span className="truncate font-semibold" title={name}>
          {name}
        </span>
        <span className="whitespace-nowrap text-ink-3">· {region}</span>
      </p>
      <p className="text-ink-3">{label}</p>
    </section>
  );
}
