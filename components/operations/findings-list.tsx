import Link from "next/link";
import { StatusMark } from "@/components/ui/status";
import type { Finding } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";

/** What stands against a switch: each finding with its evidence and its fix. */
export function FindingsList({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className="flex flex-col gap-3">
      {findings.map(({ code, severity, subject, title, evidence, fix }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two agents may have the same finding
        <li key={`${code} ${subject.id} ${index}`} className="flex gap-2">
          <span className="flex h-5 items-center">
            <StatusMark tone={severity === "error" ? "bad" : "warn"} />
          </span>
          <div className="min-w-0 wrap-anywhere">
            <p className="font-medium">{title}</p>
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
      ))}
    </ul>
  );
}
