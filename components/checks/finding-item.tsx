"use client";

import Link from "next/link";
import { FindingAction } from "@/components/operations/finding-action";
import { useFix } from "@/components/operations/use-fix";
import { Button } from "@/components/ui/form/button";
import { Command } from "@/components/ui/form/command";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { StatusMark } from "@/components/ui/text/status";
import type { Finding } from "@/lib/findings/schema";
import { severityLabels, subjectOf } from "./finding-labels";

export type FindingItemProps = {
  finding: Finding;
  canWrite: boolean;
  /** Absent if the finding can't be dismissed here. */
  onDismiss?: (finding: Finding) => void;
};

/** Distinguishes findings, also in lists. */
export function findingKey({ code, subject }: Finding): string {
  return `${code} ${subject.kind} ${subject.id}`;
}

/** One finding: its subject, evidence and fix. */
export function FindingItem({ finding, canWrite, onDismiss }: FindingItemProps) {
  const { severity, title, action, subject } = finding;
  const repair = useFix(finding);
  const { tone, singular } = severityLabels[severity];
  return (
    <li className="flex gap-3 border-t border-line px-4 py-3 first:border-t-0">
      <span className="flex h-5 shrink-0 items-center">
        <StatusMark tone={tone} label={singular} />
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-96 max-sm:basis-full">
          <h3 className="font-medium wrap-anywhere">{title}</h3>
          <FindingDetails finding={finding} error={repair.error} />
        </div>
        <div className="flex min-w-0 flex-wrap gap-2 sm:shrink-0">
          {action && (
            <FindingAction
              action={action}
              canWrite={canWrite}
              repair={repair}
              subject={subject.id}
            />
          )}
          {canWrite && onDismiss && <DismissButton finding={finding} onDismiss={onDismiss} />}
        </div>
      </div>
    </li>
  );
}

type DetailsProps = { finding: Finding; error: unknown };

/** What a finding is about, what shows it, and the fix, with the error of a failed fix. */
export function FindingDetails({ finding, error }: DetailsProps) {
  const { evidence, fix, snippet, code } = finding;
  return (
    <div className="min-w-0 flex-1 basis-80 wrap-anywhere">
      <p className="text-sm text-ink-3">
        <Subject finding={finding} /> · <span className="font-mono text-xs">{code}</span>
      </p>
      <p className="mt-1 text-ink-2">{evidence}</p>
      <p>{fix}</p>
      {snippet && <Command text={snippet} />}
      {error !== null && (
        <Note tone="bad" title="This was refused." live className="mt-2">
          {describeError(error).detail}
        </Note>
      )}
    </div>
  );
}

function Subject({ finding: { subject } }: { finding: Finding }) {
  const { name, href } = subjectOf(subject);
  const label = <span className="font-mono text-xs">{name}</span>;
  if (!href) return label;
  return (
    <Link
      href={href}
      prefetch={false}
      className="underline decoration-line-strong underline-offset-3"
    >
      {label}
    </Link>
  );
}

type DismissProps = { finding: Finding; onDismiss: (finding: Finding) => void };

export function DismissButton({ finding, onDismiss }: DismissProps) {
  return (
    <Button variant="ghost" size="sm" onClick={() => onDismiss(finding)}>
      Dismiss…<span className="sr-only"> {finding.subject.id}</span>
    </Button>
  );
}
