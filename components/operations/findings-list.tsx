import Link from "next/link";
import { StatusMark } from "@/components/ui/text/status";
import type { Finding } from "@/lib/findings/schema";
import { pages } from "@/lib/paths";

/**
 * The findings of a switch, with evidence and fix. A finding that several agents share is shown
 * once, with their names.
 */
export function FindingsList({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className="flex flex-col gap-3">
      {alike(findings).map(
        ({ finding: { code, severity, subject, title, evidence, fix }, agents }) => (
          <li key={`${code} ${title} ${evidence}`} className="flex gap-2">
            <span className="flex h-5 items-center">
              <StatusMark tone={severity === "error" ? "bad" : "warn"} />
            </span>
            <div className="min-w-0 wrap-anywhere">
              <p className="font-medium">{title}</p>
              {agents.length > 0 && <p className="font-mono text-sm">{agents.join(", ")}</p>}
              <p className="text-ink-2">{evidence}</p>
              <p className="text-ink-2">
                {fix}{" "}
                {subject.kind === "key" && (
                  <Link href={pages.apiKeys(subject.id)} className="text-accent underline">
                    API keys
                  </Link>
                )}
              </p>
            </div>
          </li>
        ),
      )}
    </ul>
  );
}

/** Merges equal findings; names the agents unless all have the same findings. */
function alike(findings: readonly Finding[]) {
  const ids = findings.flatMap(({ subject }) => (subject.kind === "agent" ? [subject.id] : []));
  const areSeveral = new Set(ids).size > 1;
  const groups = new Map<string, { finding: Finding; agents: string[] }>();
  for (const finding of findings) {
    const { code, title, evidence, subject } = finding;
    const key = `${code} ${title} ${evidence}`;
    const group = groups.get(key) ?? { finding, agents: [] };
    if (areSeveral && subject.kind === "agent") group.agents.push(subject.id);
    groups.set(key, group);
  }
  return [...groups.values()];
}
